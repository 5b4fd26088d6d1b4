import Foundation

/// One job of the torture: its files, and what the provider will be asked for because of it.
struct TortureJob: Sendable {
    /// One render, as the simulator can tell it from every other.
    struct Render: Hashable, Sendable {
        var prompt: String
        var seed: Int
    }

    /// The job file's name without its ending; the only one of that name.
    var name: String
    /// Of the inbox, with a slash behind it; empty: the inbox itself.
    var folder: String
    var text: String
    /// Files of pictures beside it, each this job's own.
    var pictures: [String] = []
    var renders: [Render]

    var file: String { name + ".yaml" }
    var files: [String] { [file] + pictures }

    /// Every job's settings: the least that the models draw, so that drawing does not take the time.
    private static func text(_ prompt: String, _ model: String, _ size: String, _ more: String) -> String {
        "prompt: \"\(prompt)\"\nmodel: \(model)\n\(size.isEmpty ? "" : "size: \(size)\n")\(more)\n"
    }

    /// Asynchronous jobs of most body families: films, one picture and several, from pictures and without, several renders from one prompt
    /// and from many, some that fail and some that fail in part.
    static func async(_ number: Int, _ chance: inout Chance) -> TortureJob {
        let name = "job-\(number)"
        let folder = chance.happens(0.25) ? "team-\(number % 3)/" : ""
        let prompt = "Job \(number), a paper boat"
        let seed = number * 10
        let single = [Render(prompt: prompt, seed: seed)]
        func job(
            _ model: String, _ more: String, size: String = "512*512", pictures: [String] = [], beside: [String] = [],
            prompt asked: String? = nil, renders: [Render]? = nil
        ) -> TortureJob {
            let references = pictures.isEmpty ? "" : "references: [\(pictures.joined(separator: ", "))]\n"
            return TortureJob(
                name: name, folder: folder, text: text(asked ?? prompt, model, size, references + more),
                pictures: pictures + beside, renders: renders ?? single)
        }
        switch chance.unit() {
        case ..<0.06: return job("wan2.2-t2v-plus", "resolution: 480P\nseed: \(seed)", size: "")
        case ..<0.11:
            return job(
                "wan2.7-i2v", "first_frame: \(name)-a.jpg\nresolution: 720P\nduration: 2\nseed: \(seed)", size: "",
                beside: ["\(name)-a.jpg"])
        case ..<0.16:
            return job(
                "wanx2.1-imageedit", "function: colorization\nseed: \(seed)", size: "", pictures: ["\(name)-a.jpg"])
        case ..<0.34: return job("wan2.2-t2i-flash", "seed: \(seed)\nn: \(Int.random(in: 1...3, using: &chance))")
        case ..<0.47:
            return job(mute, "seed: \(seed)\nn: \(Int.random(in: 1...2, using: &chance))", size: "768*768")
        case ..<0.55: return job(mute, "seed: \(seed)", size: "768*768", pictures: ["\(name)-a.jpg"])
        case ..<0.65:
            return job(
                "wan2.5-i2i-preview", "seed: \(seed)\nn: 2", size: "768*768",
                pictures: ["\(name)-a.jpg", "\(name)-b.jpg"])
        case ..<0.75:
            // The bodies differ in their seeds alone: no echo tells their tasks apart.
            let seeds = [seed, seed + 1, seed + 2]
            return job("wan2.2-t2i-flash", "seed: \(seeds)", renders: seeds.map { Render(prompt: prompt, seed: $0) })
        case ..<0.85:
            let words = ["red", "green", "blue"]
            return job(
                "wanx2.1-t2i-turbo", "seed: \(seed)\nmatrix: {colour: [\(words.joined(separator: ", "))]}",
                prompt: prompt + " in {colour}",
                renders: words.map { Render(prompt: prompt + " in \($0)", seed: seed) })
        case ..<0.93: return job(failing, "seed: \(seed)")
        default: return job(failingInPart, "seed: \(seed)\nn: 2")
        }
    }

    /// Calls that are answered directly.
    static func sync(_ number: Int, _ chance: inout Chance) -> TortureJob {
        let name = "call-\(number)"
        let prompt = "Call \(number), a tin robot"
        let seed = number * 10
        let renders = [Render(prompt: prompt, seed: seed)]
        if chance.happens(0.3) {
            let picture = "\(name)-a.jpg"
            return TortureJob(
                name: name, folder: "",
                text: text(prompt, "qwen-image-edit-plus", "512*512", "references: [\(picture)]\nseed: \(seed)"),
                pictures: [picture], renders: renders)
        }
        let model = chance.happens(0.5) ? "qwen-image-2.0" : "z-image-turbo"
        return TortureJob(
            name: name, folder: "", text: text(prompt, model, "512*512", "seed: \(seed)"), renders: renders)
    }

    /// Every task of this model fails, and every task of the other loses its first picture: `TortureWorkplace` says so to the simulator.
    static let failing = "wan2.2-t2i-plus"
    static let failingInPart = "wanx2.1-t2i-plus"

    /// Its tasks do not repeat their prompts.
    static let mute = "wan2.7-image"

    /// All whose tasks do not.
    static let mutes: Set = [mute, "wanx2.1-imageedit"]

    static let models = [
        "wan2.2-t2i-flash", mute, "wan2.5-i2i-preview", "wanx2.1-t2i-turbo", failing, failingInPart, "wan2.2-t2v-plus",
        "wan2.7-i2v", "wanx2.1-imageedit",
        "qwen-image-2.0", "qwen-image-edit-plus", "z-image-turbo",
    ]
}
