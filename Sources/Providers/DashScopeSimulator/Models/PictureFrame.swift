/// A picture's size where `resolution` and `aspect_ratio` ask for it.
struct PictureFrame: Sendable {
    /// Side of the square, by `resolution`; the smallest is the default.
    var classes: [String: Int]
    /// The first is the default.
    var ratios: [String]

    /// - Returns: the class and its size.
    func resolve(_ parameters: JSON) throws(Refusal) -> (name: String, size: FrameSize) {
        let names = classes.keys.sorted { classes[$0, default: 0] < classes[$1, default: 0] }
        let name = try asked(parameters, "resolution", names)
        let ratio = try asked(parameters, "aspect_ratio", ratios)
        let side = classes[name, default: 1024]
        return (name, FrameSize(area: side * side, ratio: Ratio.value(ratio) ?? 1))
    }

    private func asked(_ parameters: JSON, _ key: String, _ allowed: [String]) throws(Refusal) -> String {
        guard let value = parameters[key], !value.isNull else { return allowed.first ?? "" }
        guard let text = value.text else { throw .malformed }
        guard allowed.contains(text) else {
            throw .parameter("The \(key) is not match the allowed \(key) [\(allowed.joined(separator: ", "))]")
        }
        return text
    }
}
