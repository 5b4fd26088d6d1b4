/// A field of a film's `usage`.
enum FilmUsage: Sendable {
    case duration, inputDuration, outputDuration, videoDuration, videoCount, resolution, ratio, size, videoRatio
    case audio, fps
    /// `SR` as a text, whatever the switch says.
    case resolutionText

    static let wan27: [FilmUsage] = [
        .duration, .inputDuration, .outputDuration, .videoCount, .resolution, .ratio,
    ]
    static let wan26: [FilmUsage] = [.duration, .inputDuration, .outputDuration, .videoCount, .resolution]
    static let wan25: [FilmUsage] = [.duration, .videoCount, .resolution, .size]
    static let wan22: [FilmUsage] = [.videoDuration, .videoCount, .resolution]
    static let wan21: [FilmUsage] = [.videoDuration, .videoCount, .videoRatio]
    static let partner: [FilmUsage] = [.duration, .size, .fps, .videoCount, .audio, .resolutionText]
}
