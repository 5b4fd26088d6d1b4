package import HTTPTypes

extension HTTPFields {
    /// A name that is no token of RFC 9110 is left out.
    package mutating func set(_ name: String, _ value: String) {
        if let field = HTTPField.Name(name) { self[field] = value }
    }

    package func value(_ name: String) -> String? {
        HTTPField.Name(name).flatMap { self[$0] }
    }
}
