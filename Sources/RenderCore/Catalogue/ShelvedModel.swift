import Synchronization

/// One model of a catalogue. A built-in row is read when somebody asks for its model: a start asks for few of them.
final class ShelvedModel: Sendable {
    let id: String
    /// Other names under which it is found: snapshots, and ids in regions.
    let names: [String]
    private let read: @Sendable () -> Model?
    private let found: Mutex<Found?>

    private struct Found {
        /// Nil where the row is not whole.
        var model: Model?
        /// More bytes than it takes of one file.
        var largestFile: Int

        init(_ model: Model?) {
            self.model = model
            let rules = model.map { [$0] + $0.functions.map(\.rules) + $0.variants.map(\.rules) } ?? []
            largestFile = rules.flatMap(\.inputs).compactMap(\.limit.bytesMax).max() ?? 0
        }
    }

    init(_ model: Model) {
        id = model.id
        names = model.snapshots + model.ids.values
        read = { model }
        found = Mutex(Found(model))
    }

    /// - Parameter row: one whose mistakes are told elsewhere, by the tests of the built-in rows.
    init(_ id: String, _ row: CatalogueRow) {
        self.id = id
        names = row.otherNames
        read = {
            var reader = FieldReader()
            return row.model(&reader)
        }
        found = Mutex(nil)
    }

    var model: Model? { known.model }
    var largestFile: Int { known.largestFile }

    private var known: Found {
        found.withLock { found in
            if let found { return found }
            let made = Found(read())
            found = made
            return made
        }
    }
}
