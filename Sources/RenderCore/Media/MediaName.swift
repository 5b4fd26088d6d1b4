/// What the name of a file, or the path of a link, says of its content.
enum MediaName {
    /// In lower case, a link's query left aside; nil where there is none.
    static func ending(of name: String) -> String? {
        let path = name.prefix { $0 != "?" && $0 != "#" }
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return nil }
        return String(path[dot...].dropFirst()).foldedName
    }

    /// By the end of a name.
    static func kind(ofName name: String) -> MediaKind? {
        guard let ending = ending(of: name) else { return nil }
        return switch ending {
        case "mp4", "mov", "avi", "m4v", "mkv", "webm": .video
        case "mp3", "wav", "m4a", "aac", "flac", "ogg": .audio
        case "png", "jpg", "jpeg", "webp", "bmp", "tif", "tiff", "gif", "heic", "heif", "avif": .image
        default: DocumentFormat(rawValue: ending) == nil ? nil : .document
        }
    }
}
