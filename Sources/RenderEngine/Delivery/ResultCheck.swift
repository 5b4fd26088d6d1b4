import RenderCore

extension RenderResult.Medium {
    /// Why a file that came whole cannot be delivered as this; nil where it can. What lies out of sight of both ends counts as good:
    /// it was paid for, and its length is what the server said.
    ///
    /// - Parameter probe: of the same sample.
    func problem(_ sample: MediaSample, _ probe: MediaProbe?) -> String? {
        guard let probe, probe.kind == kind else { return "is not a \(kind.noun) (\(sample.bytes) bytes)" }
        let file = "is " + probe.noun
        switch self {
        case .picture:
            guard let size = probe.size, size.width > 0, size.height > 0 else { return file + " without a size" }
        case .film:
            guard ["mp4", "mov"].contains(probe.format) else { return file + " instead of an mp4 file" }
        }
        return probe.isCut ? file + " that was cut off after \(sample.bytes) bytes" : nil
    }

    private var kind: MediaKind {
        switch self {
        case .picture: .image
        case .film: .video
        }
    }
}
