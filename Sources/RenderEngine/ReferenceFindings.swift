public import RenderCore

/// What the names of a job's references led to, found beforehand.
public struct ReferenceFindings: ReferenceLookup, Sendable {
    public var found: [String: ReferenceFinding]

    public init(_ found: [String: ReferenceFinding] = [:]) {
        self.found = found
    }

    public func find(_ name: String) -> ReferenceFinding { found[name] ?? .missing }
}

extension ReferenceFinding {
    /// What an adapter says of a name in the assets.
    public init(_ match: AssetMatch, head: [UInt8]) {
        switch match {
        case .found(let asset): self = .found(name: asset.entry.name, bytes: asset.entry.bytes, probe: ImageProbe(head))
        case .none: self = .missing
        case .ambiguous(let names): self = .ambiguous(names)
        case .notAFile: self = .notRegular
        }
    }
}
