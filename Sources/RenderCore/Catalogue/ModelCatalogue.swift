/// All known models, in the order of the catalogue files.
public struct ModelCatalogue: Sendable {
    private var shelf: [ShelvedModel] = []
    /// Hosts that bring results besides the provider's own: `*.example.com`.
    public internal(set) var resultHosts: [String] = []
    /// The rows as written, so that a later file can change single keys of one.
    var rows: [String: [DocumentNode.Entry]] = [:]
    /// Rows whose limits a user set.
    var ownLimits: Set<String> = []
    var tables: Tables
    /// Places of models by their ids, and by their snapshots and their ids in regions, in lower case.
    private var places: [String: Int] = [:]
    private var otherPlaces: [String: Int] = [:]

    /// - Parameter spelling: of the provider whose models the rows describe.
    public init(spelling: some RequestSpelling) {
        tables = Tables(spelling: spelling)
    }

    /// Of the provider whose models these are.
    public var spelling: any RequestSpelling { tables.spelling }

    /// All models. Reads every row: who wants one of them asks with `find`.
    public var models: [Model] { shelf.compactMap(\.model) }

    var ids: [String] { shelf.map(\.id) }

    /// More bytes than any known model takes of one file.
    public var largestFile: Int { shelf.reduce(0) { max($0, $1.largestFile) } }

    /// Adds a model, or replaces the one of the same id at its place.
    mutating func put(_ model: ShelvedModel) {
        // Ids that differ in case only share a place in the index: then all are looked at.
        let isKnown = places[model.id.lowercased()] != nil
        if isKnown, let place = shelf.firstIndex(where: { $0.id == model.id }) {
            shelf[place] = model
            places = [:]
            otherPlaces = [:]
            for place in shelf.indices { enter(place) }
        } else {
            shelf.append(model)
            enter(shelf.count - 1)
        }
    }

    private mutating func enter(_ place: Int) {
        places[shelf[place].id.lowercased()] = place
        for name in shelf[place].names { otherPlaces[name.lowercased()] = place }
    }

    private func model(_ name: String) -> Model? { place(of: name).flatMap { shelf[$0].model } }

    /// An id that another row lists as a snapshot stays its own.
    private func place(of name: String) -> Int? { places[name] ?? otherPlaces[name] }

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
        if let model = model(asked) {
            let snapshot = model.snapshots.first { $0.lowercased() == asked }
            return .found(Found(model: model, wireID: snapshot ?? model.id(in: region), notice: nil))
        }
        if asked.hasSuffix("-latest"), let model = model(String(asked.dropLast("-latest".count))) {
            let notice = Message.latestName(name, model.id)
            return .found(Found(model: model, wireID: model.id(in: region), notice: notice))
        }
        if let bare = Self.withoutDate(asked), let model = model(bare) {
            let notice = Message.unknownSnapshot(name, model.id)
            return .found(Found(model: model, wireID: asked, notice: notice))
        }
        return .unknown(nearest: Array(nearest(asked).prefix(3)))
    }

    /// Models that make a kind of picture, current ones first.
    public func models(for kind: JobKind) -> [Model] {
        let rank = { (model: Model) in Model.Status.allCases.firstIndex(of: model.status) ?? 0 }
        return models.filter { $0.kinds.contains(kind) }.enumerated()
            .sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
    }

    private func nearest(_ asked: String) -> [String] {
        let near = NearestWord.all(asked, among: ids)
        return near + ids.filter { $0.hasPrefix(asked) && !near.contains($0) }
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
