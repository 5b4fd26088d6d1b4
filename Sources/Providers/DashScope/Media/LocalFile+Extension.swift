import ProviderSupport

extension LocalFile {
    /// `png` for `image/png`: the provider looks at the end of an upload's name.
    var fileExtension: String {
        let type = mediaType.lowercased()
        return switch type {
        case "image/jpeg", "image/jpg": "jpg"
        case "image/png", "image/webp", "image/bmp", "image/gif", "image/tiff", "image/heic", "image/heif":
            String(type.dropFirst("image/".count))
        case "video/mp4", "video/x-m4v": "mp4"
        case "video/quicktime": "mov"
        case "video/x-msvideo", "video/avi", "video/vnd.avi": "avi"
        case "audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave": "wav"
        case "audio/mpeg", "audio/mp3": "mp3"
        default: Self.documents.first { $0.value == type }?.key ?? "bin"
        }
    }
}
