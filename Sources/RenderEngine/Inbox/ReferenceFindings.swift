public import RenderCore

/// The files that the names in a job's references lead to, looked up in advance.
public struct ReferenceFindings: ReferenceLookup, Sendable {
    public var found: [String: ReferenceFinding]
    /// What may be meant by each missing name.
    public var near: [String: [String]] = [:]

    public init(_ found: [String: ReferenceFinding] = [:]) {
        self.found = found
    }

    public func find(_ name: String) -> ReferenceFinding { found[name] ?? .missing }

    public func near(_ name: String) -> [String] { near[name] ?? [] }
}

extension ReferenceFinding {
    /// What an adapter says of a name in the assets.
    ///
    /// - Parameter sample: of what was found; nil where nothing was.
    public init(_ match: AssetMatch, sample: MediaSample?) {
        switch match {
        case .found(let asset):
            self = .found(
                name: asset.entry.name, bytes: asset.entry.bytes, probe: sample.flatMap { MediaProbe($0) })
        case .none: self = .missing
        case .ambiguous(let names): self = .ambiguous(names)
        case .notAFile: self = .notRegular
        }
    }
}
