/// The kind of an input file.
public enum MediaKind: String, Sendable, Codable, CaseIterable {
    case image, video, audio
    /// A text, a table or slides; also a web page, of which only the address is sent.
    case document

    /// As people name such a file.
    public var noun: String {
        switch self {
        case .image: "picture"
        case .video: "film"
        case .audio: "sound file"
        case .document: "document"
        }
    }
}
