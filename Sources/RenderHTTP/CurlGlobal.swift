import CCurl

/// The one-time set-up of libcurl for this process.
enum CurlGlobal {
    /// What `curl_global_init` said. Swift runs this initialiser once, whoever asks first; libcurl is never torn down
    /// again, because another transport may still be at work.
    static let status: CURLcode = curl_global_init(Int(CURL_GLOBAL_ALL))

    /// - Throws: `CurlError` where libcurl cannot be used at all.
    static func prepare() throws(CurlError) {
        guard status == CURLE_OK else { throw CurlError(status) }
    }
}
