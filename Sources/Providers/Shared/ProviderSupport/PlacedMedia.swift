package import RenderCore

/// A reference and how its bytes get to the provider.
package struct PlacedMedia: Sendable {
    package enum Place: Sendable {
        /// A link of the user's, or that of an upload.
        case link(String)
        /// Within the body, as a data URI.
        case within(LocalFile)
    }

    package var reference: PlannedReference
    package var place: Place

    package init(reference: PlannedReference, place: Place) {
        self.reference = reference
        self.place = place
    }

    package var shown: JSONValue {
        switch reference.source {
        // A query may be a signature, and what stands before an @ a password.
        case .url(let url): return .string(Redaction.link(url))
        case .file:
            var shown: [String: JSONValue] = ["file": .string(reference.name)]
            if let sha256 = reference.sha256 { shown["sha256"] = .string(sha256) }
            return .object(shown)
        }
    }
}
