/// A submit that was understood: everything that decides what will be made and paid.
struct CheckedSubmit: Sendable {
    /// The model, as this body uses it.
    var row: ModelRow
    /// As it is drawn: cut to the model's limit.
    var prompt: String
    /// As it came.
    var originalPrompt: String
    /// Of pictures, and of a film's frame.
    var size: FrameSize
    /// Resolution class or mode, where the model has such.
    var className: String?
    var film: FilmOrder?
    var count: Int
    var seed: Int?
    var extendsPrompt: Bool
    var inputs: [InputMedia]
    var watermark: Bool
    /// Answers in pieces.
    var streams = false
    /// Accepted, but will end FAILED with this.
    var runFailure: Refusal?

    /// The pictures that were given.
    var pictures: [InputMedia] { inputs.filter { $0.kind == .image } }

    /// What one part of the task becomes: the same for the same words and seed.
    func content(_ index: Int, seed: Int) -> ResultContent {
        if row.film != nil {
            return .film(FilmSpec(ratio: size.ratio, name: "\(row.id) \(seed)-\(index + 1) \(prompt)"))
        }
        return .picture(
            PictureSpec(
                prompt: prompt, model: row.id, size: size, seed: seed, index: index,
                references: pictures.map(\.given),
                watermark: watermark ? row.watermarkText : nil, isTransparent: row.isTransparent))
    }
}

/// The film that was ordered.
struct FilmOrder: Sendable, Equatable {
    var lines: Int
    var ratio: String
    /// How long it will be.
    var seconds: Double
    /// How much of what was given is billed besides.
    var inputSeconds: Double
    var hasSound: Bool

    var billedSeconds: Double { seconds + inputSeconds }
}
