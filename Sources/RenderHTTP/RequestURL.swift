import CCurl

/// An absolute http or https URL, taken apart by libcurl's own parser, so that what we compare is what it asks for.
struct RequestURL: Sendable, Equatable {
    /// As it goes to libcurl.
    let text: String
    /// Lower case.
    let scheme: String
    /// Lower case, without brackets' zone or user.
    let host: String
    let port: String

    /// Host and port: what a message may say of a URL.
    var place: String { "\(host):\(port)" }

    /// nil where the text is no http or https URL, carries a user, or has blanks, control characters or NUL in it.
    init?(_ text: String) {
        self.init(text, relativeTo: nil)
    }

    /// Where a `Location` header points to, seen from here.
    func resolving(_ location: String) -> RequestURL? {
        RequestURL(location, relativeTo: text)
    }

    func hasSameOrigin(as other: RequestURL) -> Bool {
        scheme == other.scheme && host == other.host && port == other.port
    }

    private init?(_ text: String, relativeTo base: String?) {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), let parser = curl_url() else {
            return nil
        }
        defer { curl_url_cleanup(parser) }
        let flags = UInt32(CURLU_DISALLOW_USER)
        if let base {
            guard curl_url_set(parser, CURLUPART_URL, base, flags) == CURLUE_OK else { return nil }
        }
        guard curl_url_set(parser, CURLUPART_URL, text, flags) == CURLUE_OK,
            let scheme = Self.part(parser, CURLUPART_SCHEME)?.lowercased(), scheme == "http" || scheme == "https",
            let host = Self.part(parser, CURLUPART_HOST)?.lowercased(), !host.isEmpty,
            let port = Self.part(parser, CURLUPART_PORT, flags: UInt32(CURLU_DEFAULT_PORT))
        else { return nil }
        // A URL from the caller goes out as it stands: a signature may cover its exact spelling.
        guard let whole = base == nil ? text : Self.part(parser, CURLUPART_URL) else { return nil }
        self.text = whole
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    private static func part(_ parser: OpaquePointer, _ part: CURLUPart, flags: UInt32 = 0) -> String? {
        var raw: UnsafeMutablePointer<CChar>?
        guard curl_url_get(parser, part, &raw, flags) == CURLUE_OK, let raw else { return nil }
        defer { curl_free(raw) }
        return String(cString: raw)
    }
}
