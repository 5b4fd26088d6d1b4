/// What a result file holds: made when it is first asked for.
enum ResultContent: Sendable, Equatable {
    case picture(PictureSpec)
    case film(FilmSpec)

    var fileExtension: String {
        switch self {
        case .picture: "png"
        case .film: "mp4"
        }
    }

    var mediaType: String {
        switch self {
        case .picture: "image/png"
        case .film: "video/mp4"
        }
    }
}
