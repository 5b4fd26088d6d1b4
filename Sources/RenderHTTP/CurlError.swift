import CCurl

/// A libcurl call that failed, with libcurl's own words for the code.
struct CurlError: Error {
    let code: CURLcode
    let message: String

    init(_ code: CURLcode) {
        self.code = code
        message = String(cString: curl_easy_strerror(code))
    }

    init(_ code: CURLMcode) {
        self.code = CURLE_FAILED_INIT
        message = String(cString: curl_multi_strerror(code))
    }

    /// Something other than libcurl failed while it was set up.
    init(message: String) {
        code = CURLE_FAILED_INIT
        self.message = message
    }

    /// Turns the result of a `curl_easy_*` call into a throw.
    static func check(_ code: CURLcode) throws(CurlError) {
        guard code == CURLE_OK else { throw CurlError(code) }
    }
}
