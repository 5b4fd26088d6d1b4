/// The `usage` of each group of models.
extension TaskWire {
    var usage: JSON {
        let size = task.submit.size
        let count = JSON.int(task.made)
        let (width, height) = (JSON.int(size.width), JSON.int(size.height))
        switch row.dialect {
        case .qwen: return .make(["width": width, "height": height, "image_count": count])
        case .qwen3:
            let inputs = task.submit.pictures.count
            return .make([
                "output_height": height, "output_width": width, "output_image_count": count,
                "output_image_type": .string(size.area <= 2_250_000 ? "qima_output_1k" : "qima_output_2k"),
                "input_image_count": .int(inputs), "input_image_type": inputs > 0 ? "qima_input_1k" : nil,
            ])
        case .zImage:
            return .make([
                "width": width, "height": height, "image_count": count, "input_tokens": 0, "output_tokens": 0,
                "total_tokens": 0,
            ])
        case .wan: return tokens(images: task.made, words: wordPieces)
        case .counted: return .make(["image_count": count])
        case .kling: return .make(["size": .string(size.text), "image_count": count])
        case .vidu:
            return .make([
                "SR": .string(task.submit.className ?? "1K"), "size": .string(size.text), "image_count": count,
            ])
        case .film(let fields): return .object(fields.compactMap { field($0) })
        }
    }

    /// The count of a wan model after so many pictures and pieces of text.
    func tokens(images: Int, words: Int) -> JSON {
        var (input, output) = (0, 0)
        if case .wan(tokens: true) = row.dialect {
            input = task.submit.prompt.count / 4 + 1 + 5400 * task.submit.pictures.count
            output = 2
        } else if row.isArticle {
            input = task.submit.prompt.count / 4 + 1
            output = words
        }
        return .make([
            "image_count": .int(images), "size": .string(images > 0 ? task.submit.size.text : "0*0"),
            "input_tokens": .int(input), "output_tokens": .int(output), "total_tokens": .int(input + output),
        ])
    }

    private func field(_ field: FilmUsage) -> JSON.Member? {
        guard let film = task.submit.film else { return nil }
        func member(_ key: String, _ value: JSON) -> JSON.Member { .init(key: key, value: value) }
        switch field {
        case .duration: return member("duration", .rounded(film.billedSeconds))
        case .inputDuration: return member("input_video_duration", .rounded(film.inputSeconds))
        case .outputDuration: return member("output_video_duration", .rounded(film.seconds))
        case .videoDuration: return member("video_duration", .rounded(film.seconds))
        case .videoCount: return member("video_count", .int(task.made))
        case .resolution:
            return member("SR", switches.resolutionAsText ? .string(String(film.lines)) : .int(film.lines))
        case .resolutionText: return member("SR", .string(String(film.lines)))
        case .ratio: return member("ratio", .string(film.ratio))
        case .size: return member("size", .string(task.submit.size.text))
        case .videoRatio:
            let isPro = task.submit.className?.hasSuffix("pro") ?? false
            return member("video_ratio", isPro ? "pro" : "standard")
        case .audio: return member("audio", .bool(film.hasSound))
        case .fps: return member("fps", 24)
        }
    }
}
