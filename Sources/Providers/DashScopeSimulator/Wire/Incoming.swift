import HTTPTypes

/// One request, read whole.
struct Incoming: Sendable {
    struct Item: Sendable {
        var name: String
        var value: String
    }

    var method: HTTPRequest.Method
    /// Percent-decoded, without the query.
    var path: String
    var query: [Item]
    var rawTarget: String
    var headers: HTTPFields
    var body: [UInt8] = []
    /// The body as JSON, if it is any.
    var json: JSON?

    init(method: HTTPRequest.Method, target: String, headers: HTTPFields) {
        self.method = method
        self.headers = headers
        rawTarget = target
        let pieces = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = pieces.first.map { Self.decoded($0) } ?? "/"
        query = (pieces.count > 1 ? pieces[1] : "").split(separator: "&").map { pair in
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Item(name: Self.decoded(sides[0]), value: sides.count > 1 ? Self.decoded(sides[1]) : "")
        }
    }

    func argument(_ name: String) -> String? { query.first { $0.name == name }?.value }

    func header(_ name: String) -> String? {
        HTTPField.Name(name).flatMap { headers[$0] }
    }

    func enables(_ name: String) -> Bool { header(name)?.lowercased() == "enable" }

    private static func decoded(_ text: Substring) -> String {
        var out: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                out.append(value)
                rest = rest.dropFirst(2)
            } else {
                out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
