/// A resolution class, or a mode that stands for one.
struct FilmClass: Sendable {
    /// As the request calls it: `720P`, `wan-pro`.
    var name: String
    /// The short side of 16:9.
    var lines: Int
    /// By ratio; others have about as many pixels as 16:9.
    var sizes: [String: FrameSize] = [:]

    var area: Int { lines * lines * 16 / 9 }

    init(_ name: String, _ lines: Int, _ sizes: [String: FrameSize] = [:]) {
        self.name = name
        self.lines = lines
        self.sizes = sizes
    }

    /// Landscape sizes of 16:9, 1:1 and, where there is one, 4:3; each also upright.
    init(_ name: String, _ lines: Int, wide: FrameSize, square: FrameSize, classic: FrameSize? = nil) {
        var sizes = ["16:9": wide, "9:16": wide.turned, "1:1": square]
        sizes["4:3"] = classic
        sizes["3:4"] = classic?.turned
        self.init(name, lines, sizes)
    }

    func size(_ ratio: String) -> FrameSize {
        sizes[ratio] ?? FrameSize(area: area, ratio: Ratio.value(ratio) ?? 16.0 / 9)
    }

    func size(_ ratio: Double) -> FrameSize { FrameSize(area: area, ratio: min(8, max(0.125, ratio))) }
}

/// Ratios as requests spell them.
enum Ratio {
    static func value(_ text: String) -> Double? {
        let sides = text.split(separator: ":").compactMap { Double($0) }
        guard sides.count == 2, sides[0] > 0, sides[1] > 0 else { return nil }
        return sides[0] / sides[1]
    }

    /// The usual name of about this ratio.
    static func name(of ratio: Double) -> String {
        let usual = ["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9", "9:21"]
        func distance(_ name: String) -> Double { abs((value(name) ?? 1) / ratio - 1) }
        return usual.min { distance($0) < distance($1) } ?? "16:9"
    }
}

/// What films a model makes.
struct FilmRule: Sendable {
    /// How the frame is asked for.
    enum Frame: Sendable {
        /// `parameters.size`, one of the classes' sizes.
        case listedSize(default: FrameSize)
        /// `parameters.size`, any; the class is the nearest by area.
        case anySize(default: FrameSize)
        /// The first of these parameters names the class, also as a number of lines; nil: it must be given.
        case named([String], default: String?)
        /// The same, and one of its class's sizes may stand beside it; without the class a size is ignored.
        case namedAndSized([String], default: String?)
    }
    /// How long a film is.
    enum Length: Sendable {
        case asked(Asked)
        /// As long as the film or the sound that was given.
        case ofVideo, ofAudio
    }
    /// `parameters.duration`
    struct Asked: Sendable {
        var allowed: [Int]
        var standard: Int
        /// Instead of `allowed` while a film is given.
        var withVideo: [Int]?
        /// This value, and no value where `standard` is the same, keeps the length of the film that was given.
        var keeping: Int?
        /// With this value the model decides.
        var adaptive: Int?
        var isRequired = false

        init(_ allowed: [Int], standard: Int = 5) {
            self.allowed = allowed
            self.standard = standard
        }
    }

    var classes: [FilmClass]
    var frame: Frame
    var ratioKey: String?
    var ratios: [String] = []
    var ratioDefault = "16:9"
    var length: Length
    /// Default of `audio`; nil where the model does not know it.
    var sound: Bool?
    /// How long the films that are given and the one that is made may be together; nil: not limited.
    var secondsMax: Double?

    /// What was asked for, resolved.
    struct Framing {
        var className: String
        var lines: Int
        var size: FrameSize
        var ratio: String
    }

    /// - Parameter inputRatio: of the file that sets the film's ratio, if there is one and it is known.
    func framing(_ parameters: JSON, inputRatio: Double?) throws(Refusal) -> Framing {
        let size = try sizeAsked(parameters)
        switch frame {
        case .listedSize(let standard), .anySize(let standard): return try sized(size ?? standard)
        case .named(let keys, let standard), .namedAndSized(let keys, let standard):
            let found = try classAsked(parameters, keys, standard)
            let ratio = try ratioAsked(parameters)
            func framing(_ size: FrameSize, _ ratio: String) -> Framing {
                Framing(className: found.name, lines: found.lines, size: size, ratio: ratio)
            }
            if let size, case .namedAndSized = frame {
                let sizes = found.sizes.values.sorted { ($0.area, $0.width) < ($1.area, $1.width) }
                guard sizes.contains(size) else {
                    throw .parameter("The size is not match the allowed size [\(list(sizes.map(\.text)))]")
                }
                return framing(size, Ratio.name(of: size.ratio))
            }
            if let inputRatio, ratio == nil || ratio == Self.adaptive {
                return framing(found.size(inputRatio), Ratio.name(of: inputRatio))
            }
            let plain = ratio == Self.adaptive ? ratioDefault : ratio ?? ratioDefault
            return framing(found.size(plain), plain)
        }
    }

    /// The ratio that follows what is given.
    static let adaptive = "adaptive"

    private func classAsked(
        _ parameters: JSON, _ keys: [String], _ standard: String?
    ) throws(Refusal) -> FilmClass {
        let key = keys.first { parameters[$0].map { !$0.isNull } ?? false } ?? keys[0]
        let asked: String?
        if let lines = parameters[key]?.integer {
            asked = "\(lines)P"
        } else {
            asked = try text(parameters, key)
        }
        guard let name = asked ?? standard else { throw .parameter("Field required: parameters.\(key)") }
        guard let found = classes.first(where: { $0.name == name }) else {
            throw .parameter("The \(key) is not match the allowed \(key) [\(list(classes.map(\.name)))]")
        }
        return found
    }

    private func sized(_ size: FrameSize) throws(Refusal) -> Framing {
        if case .anySize = frame {
            let nearest = classes.min { abs($0.area - size.area) < abs($1.area - size.area) }
            return Framing(
                className: nearest?.name ?? "", lines: nearest?.lines ?? min(size.width, size.height), size: size,
                ratio: Ratio.name(of: size.ratio))
        }
        guard let found = classes.first(where: { $0.sizes.values.contains(size) }) else {
            let all = classes.flatMap { $0.sizes.values }.sorted { ($0.area, $0.width) < ($1.area, $1.width) }
            throw .parameter("The size is not match the allowed size [\(list(all.map(\.text)))]")
        }
        return Framing(
            className: found.name, lines: found.lines, size: size, ratio: Ratio.name(of: size.ratio))
    }

    /// A size where the model takes none is ignored, unless it contradicts a resolution.
    private func sizeAsked(_ parameters: JSON) throws(Refusal) -> FrameSize? {
        guard let asked = try text(parameters, "size") else { return nil }
        switch frame {
        case .namedAndSized(let keys, _):
            if !keys.contains(where: { parameters[$0].map { !$0.isNull } ?? false }) { return nil }
        case .listedSize, .anySize, .named:
            if try text(parameters, "resolution") != nil {
                throw .parameter("size and resolution can not be set at the same time.")
            }
            if case .named = frame { return nil }
        }
        guard let size = FrameSize(asked) else { throw .parameter("Expected format: '<width>*<height>'") }
        return size
    }

    private func ratioAsked(_ parameters: JSON) throws(Refusal) -> String? {
        guard let ratioKey, let asked = try text(parameters, ratioKey) else { return nil }
        guard ratios.contains(asked) else {
            throw .parameter("The \(ratioKey) is not match the allowed \(ratioKey) [\(list(ratios))]")
        }
        return asked
    }

    /// - Returns: the seconds of the film that will be made.
    func seconds(_ parameters: JSON, videos: [Double], sounds: [Double]) throws(Refusal) -> Double {
        let given = videos.reduce(0, +)
        switch length {
        case .ofVideo: return given
        case .ofAudio: return sounds.reduce(0, +)
        case .asked(let rule):
            let value = parameters["duration"]
            if rule.isRequired, value == nil { throw .parameter("Field required: parameters.duration") }
            let asked: Int
            if let value, !value.isNull {
                guard let number = value.integer else { throw .malformed }
                asked = number
            } else {
                asked = rule.standard
            }
            if asked == rule.keeping { return given > 0 ? given : Double(rule.allowed.first ?? 5) }
            if asked == rule.adaptive { return Double(rule.standard) }
            let allowed = videos.isEmpty ? rule.allowed : rule.withVideo ?? rule.allowed
            guard allowed.contains(asked) else { throw .parameter(refusal(allowed)) }
            if let secondsMax, given > 0, given + Double(asked) > secondsMax + 0.1 {
                throw .parameter(
                    "The total duration of input and output videos should not exceed \(Int(secondsMax)) seconds")
            }
            return Double(asked)
        }
    }

    private func refusal(_ allowed: [Int]) -> String {
        guard let first = allowed.first, let last = allowed.last, last - first == allowed.count - 1, first < last else {
            return "duration should be one of [\(list(allowed.map { String($0) }))]"
        }
        return "Range of duration should be [\(first), \(last)]"
    }

    private func text(_ parameters: JSON, _ key: String) throws(Refusal) -> String? {
        guard let value = parameters[key], !value.isNull else { return nil }
        guard let text = value.text else { throw .malformed }
        return text
    }

    private func list(_ words: [String]) -> String { words.joined(separator: ", ") }
}
