/// The keys of a job, with all their aliases.
enum JobKey: String, CaseIterable {
    case prompt, model, kind, function
    /// Which service renders, and on which of the configured accounts.
    case provider, account
    case negativePrompt = "negative_prompt"
    case references, mask
    case firstFrame = "first_frame"
    case lastFrame = "last_frame"
    case video, audio, voice, media
    case size, resolution, ratio, duration
    case count = "n"
    case seed
    case promptExtend = "prompt_extend"
    case watermark, parameters, output, priority
    case notBefore = "not_before"
    case giveUpAfter = "give_up_after"
    case maxCost = "max_cost"
    case tags, metadata
    /// Render everything again, including what was delivered before.
    case again
    /// For a model that is not in the catalogue: how its body is built, and where it is sent.
    case family, endpoint

    /// By its own name or another one that is taken.
    init?(word: String) {
        switch word {
        case "count": self = .count
        case "reference", "image", "images": self = .references
        case "voices": self = .voice
        default:
            guard let key = JobKey(rawValue: word) else { return nil }
            self = key
        }
    }

    /// Whether its values are words of the job's author, in which a `#` or a `&` may be meant as such.
    var isText: Bool {
        switch self {
        case .prompt, .negativePrompt, .references, .mask, .firstFrame, .lastFrame, .video, .audio, .voice, .media,
            .output,
            .tags, .metadata:
            true
        case .model, .provider, .account, .kind, .function, .size, .resolution, .ratio, .duration, .count, .seed,
            .promptExtend, .watermark,
            .parameters, .priority, .notBefore, .giveUpAfter, .maxCost, .family, .endpoint, .again:
            false
        }
    }

    static let words = allCases.map(\.rawValue)

    /// What to do about a key that is none.
    static func advice(for word: String, besides others: [String] = []) -> String {
        let folded = word.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }
        if let said = foreign[folded] { return said }
        if let near = NearestWord.of(word, among: words + ["count", "reference", "image", "images"] + others) {
            return "did you mean `\(near)`?"
        }
        return Message.knownJobFields(words)
    }

    /// Words of other programs, folded → what to write here.
    private static let foreign: [String: String] = {
        var table: [String: String] = [:]
        func add(_ words: String, _ advice: String) {
            for word in words.split(separator: " ") { table[String(word)] = advice }
        }
        add("negative neg negprompt negativeprompt uc", "write `negative_prompt`")
        add("numimages numberofimages batchsize batchcount numoutputs samples numsamples amount nimages", "write `n`")
        add("width height w h dimensions imagesize", "write both sides as `size: 1664x928`")
        add("aspectratio aspect ar", "write the ratio as `size: 16:9`, for a film as `ratio: 16:9`")
        add("seconds length durationseconds videolength numframes frames", "write `duration`, in seconds")
        add("fps framerate", "leave it out: the model decides how many frames a second has")
        add("firstframeimage startframe startimage firstimage", "write `first_frame`")
        add("lastframeimage endframe endimage tailframe lastimage", "write `last_frame`")
        add("maskimage maskurl inpaintmask", "write `mask`")
        add("videourl inputvideo clip film movie", "write `video`")
        add("audiourl sound music soundtrack drivingaudio", "write `audio`")
        add("speaker referencevoice", "write `voice`")
        add("operation action", "write `function`")
        add("outputname filename filenameprefix outputfilename name", "write `output: {name: \"{job}-{index}\"}`")
        add("steps numinferencesteps inferencesteps", "leave it out: this provider takes no number of steps")
        add(
            "cfg cfgscale guidance guidancescale sampler samplername scheduler denoise denoisingstrength loras lora clipskip",
            "leave it out: this provider does not take it")
        add(
            "inputimage initimage baseimage img ref refs sourceimage imageurl img2img inputimages", "write `references`"
        )
        add("text description positive positiveprompt", "write `prompt`")
        add("seeds", "write `seed`; it takes a range and a list, too: `seed: 1-20`, `seed: [1, 2, 3]`")
        add("checkpoint engine ckpt modelname modelid", "write `model`")
        add("timeout deadline expires", "write `give_up_after`")
        add("budget maxprice pricelimit", "write `max_cost`")
        add("label labels tag keywords", "write `tags`")
        add("meta info", "write `metadata`")
        add("when startat schedule", "write `not_before`")
        add("task type mode", "write `kind`")
        add("apikey key token password", "remove it: a job file must not contain a key")
        add(
            "enablethinking thinkingmode enablesequential bboxlist colorpalette enableinterleave maximages "
                + "promptextendmode style", "put it below `parameters:`, indented")
        return table
    }()
}
