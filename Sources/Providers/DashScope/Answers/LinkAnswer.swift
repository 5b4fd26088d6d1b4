import ProviderSupport
import RenderCore

/// One result under a key of `output` itself: most films, and the outputs of some older models of pictures.
enum LinkAnswer: AnswerReader {
    /// The first that is there counts: beside a film, a picture is its cover.
    static let keys: [(key: String, medium: RenderResult.Medium)] = [
        ("video_url", .film), ("output_video_url", .film), ("output_image_url", .picture), ("image_url", .picture),
    ]

    static func parts(of output: JSONValue) -> [AnswerPart]? { part(of: output).map { [$0] } }

    static func part(of value: JSONValue) -> AnswerPart? {
        keys.lazy.compactMap { key, medium in
            value[key]?.filledText.map { AnswerReaders.part(link: $0, medium) }
        }.first
    }
}
