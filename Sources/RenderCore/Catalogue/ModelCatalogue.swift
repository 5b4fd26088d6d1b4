/// All known models, in the order of the catalogue files.
public struct ModelCatalogue: Sendable {
    public private(set) var models: [Model] = []
    /// Hosts that bring results besides the provider's own: `*.example.com`.
    public internal(set) var resultHosts: [String] = []
    /// The rows as written, so that a later file can change single keys of one.
    var rows: [String: [DocumentNode.Entry]] = [:]
    /// Rows whose limits a user set.
    var ownLimits: Set<String> = []
    var tables: Tables
    private var index: [String: Int] = [:]

    /// - Parameter spelling: of the provider whose models the rows describe.
    public init(spelling: some RequestSpelling) {
        tables = Tables(spelling: spelling)
    }

    /// Of the provider whose models these are.
    public var spelling: any RequestSpelling { tables.spelling }

    /// Adds a model, or replaces the one of the same id at its place.
    mutating func put(_ model: Model) {
        if let place = models.firstIndex(where: { $0.id == model.id }) {
            models[place] = model
        } else {
            models.append(model)
        }
        index = [:]
        // Snapshots first, ids after: an id that another row lists as a snapshot stays its own.
        for (place, model) in models.enumerated() {
            for name in model.snapshots + model.ids.values { index[name.lowercased()] = place }
        }
        for (place, model) in models.enumerated() { index[model.id.lowercased()] = place }
    }

    public enum Lookup: Sendable, Equatable {
        case found(Found)
        /// The nearest names, nearest first; may be empty.
        case unknown(nearest: [String])
    }

    public struct Found: Sendable, Equatable {
        public var model: Model
        /// The name that is sent: a snapshot as it was typed, otherwise the row's id in the region.
        public var wireID: String
        /// A notice about the name for the user; nil: none.
        public var notice: String?
    }

    /// Finds a model by its id, a snapshot's, or its id in another region, in any case.
    ///
    /// `-latest` is dropped where the catalogue does not have the name: the provider documents none for these models,
    /// and the bare id already stands for the newest snapshot. A dated name of a known model goes on the wire as typed.
    public func find(_ name: String, region: String) -> Lookup {
        let asked = name.lowercased()
        if let model = index[asked].map({ models[$0] }) {
            let snapshot = model.snapshots.first { $0.lowercased() == asked }
            return .found(Found(model: model, wireID: snapshot ?? model.id(in: region), notice: nil))
        }
        if asked.hasSuffix("-latest"), let place = index[String(asked.dropLast("-latest".count))] {
            let model = models[place]
            let notice = Message.latestName(name, model.id)
            return .found(Found(model: model, wireID: model.id(in: region), notice: notice))
        }
        if let bare = Self.withoutDate(asked), let place = index[bare] {
            let notice = Message.unknownSnapshot(name, models[place].id)
            return .found(Found(model: models[place], wireID: asked, notice: notice))
        }
        return .unknown(nearest: Array(nearest(asked).prefix(3)))
    }

    /// More bytes than any known model takes of one file.
    public var largestFile: Int {
        models.flatMap { model in
            ([model] + model.functions.map(\.rules) + model.variants.map(\.rules)).flatMap(\.inputs)
        }.compactMap(\.limit.bytesMax).max() ?? 0
    }

    /// Models that make a kind of picture, current ones first.
    public func models(for kind: JobKind) -> [Model] {
        let rank = { (model: Model) in Model.Status.allCases.firstIndex(of: model.status) ?? 0 }
        return models.filter { $0.kinds.contains(kind) }.enumerated()
            .sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
    }

    private func nearest(_ asked: String) -> [String] {
        let near = NearestWord.all(asked, among: models.map(\.id))
        return near + models.map(\.id).filter { $0.hasPrefix(asked) && !near.contains($0) }
    }

    /// `qwen-image-plus-2027-01-09` → `qwen-image-plus`; nil if the name does not end with a date.
    private static func withoutDate(_ name: String) -> String? {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        let date = parts.suffix(3)
        guard parts.count > 3, date.map(\.count) == [4, 2, 2], date.joined().allSatisfy({ ("0"..."9").contains($0) })
        else { return nil }
        return parts.dropLast(3).joined(separator: "-")
    }
}
