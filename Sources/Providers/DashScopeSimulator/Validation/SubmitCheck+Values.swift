/// Parameters: counts, sizes, lengths, and whatever else has a rule.
extension SubmitCheck {
    func values(_ parts: Parts, into submit: inout CheckedSubmit) throws(Refusal) {
        if row.film == nil, let key = row.countKey, let count = try integer(parts, key) {
            guard row.count.contains(count) else {
                throw row.count == 1...1
                    ? .parameter("num_images_per_prompt must be 1") : Self.outside(key, row.count)
            }
            submit.count = count
        }
        // A set is at most as large as was asked for.
        if row.makesSets { submit.count = max(1, submit.count - max(0, switches.setShortfall)) }
        if let seed = try integer(parts, "seed") {
            guard row.seeds.contains(seed) else { throw Self.outside("seed", row.seeds) }
            submit.seed = seed < 0 ? nil : seed
        }
        if parts.parameter("prompt_extend_mode")?.text == "agent", case .qwen3 = row.dialect, !submit.inputs.isEmpty {
            throw .malformed
        }
        for rule in row.parameters + parts.function.parameters { try check(rule, parts, submit) }
    }

    private static func outside(_ name: String, _ range: ClosedRange<Int>) -> Refusal {
        .parameter("Range of \(name) should be [\(range.lowerBound), \(range.upperBound)]")
    }

    private func check(_ rule: ParameterRule, _ parts: Parts, _ submit: CheckedSubmit) throws(Refusal) {
        let found = rule.isInput ? parts.input[rule.name] : parts.parameters[rule.name]
        guard let value = found, !value.isNull else {
            if rule.isRequired { throw .missing((rule.isInput ? "input." : "parameters.") + rule.name) }
            return
        }
        switch rule.kind {
        case .flag: guard value.flag != nil else { throw .malformed }
        case .integer(let range):
            guard let number = value.integer else { throw .malformed }
            if let range, !range.contains(number) { throw Self.outside(rule.name, range) }
        case .number(let range):
            guard let number = value.number else { throw .malformed }
            guard range.contains(number) else {
                throw .parameter("Range of \(rule.name) should be [\(range.lowerBound), \(range.upperBound)]")
            }
        case .choice(let words):
            guard let text = value.text else { throw .malformed }
            guard words.contains(text) else {
                throw .parameter(
                    "The \(rule.name) is not match the allowed \(rule.name) [\(words.joined(separator: ", "))]")
            }
        case .text(let length):
            guard let text = value.text else { throw .malformed }
            guard length.contains(text.count) else { throw Self.outside("\(rule.name) length", length) }
        case .words(let words, let place):
            guard let given = value.items?.map(\.text) else { throw .malformed }
            let files = submit.inputs.count { $0.place == .list(place) }
            guard given.count == files, given.allSatisfy({ $0.map { words.contains($0) } ?? false }) else {
                throw .parameter(
                    "\(rule.name) should hold one of [\(words.joined(separator: ", "))] for each of \(place)")
            }
        case .boxes: try boxes(value, pictures: submit.pictures.count)
        case .palette: try palette(value)
        }
    }

    private func boxes(_ value: JSON, pictures: Int) throws(Refusal) {
        guard let lists = value.items, lists.count == pictures else {
            throw .parameter("bbox_list should have one list for each input image")
        }
        for list in lists {
            guard let boxes = list.items, boxes.count <= 2,
                boxes.allSatisfy({ box in
                    box.items.map { $0.count == 4 && $0.allSatisfy { $0.integer != nil } } ?? false
                })
            else { throw .parameter("bbox_list should have at most 2 boxes of 4 integers for each image") }
        }
    }

    private func palette(_ value: JSON) throws(Refusal) {
        guard !row.makesSets else { throw .parameter("color_palette is not supported with enable_sequential") }
        guard let colours = value.items, (3...10).contains(colours.count) else {
            throw .parameter("color_palette should have 3 to 10 colors")
        }
        let shares = colours.compactMap { $0["ratio"]?.text }.filter { $0.hasSuffix("%") }
            .compactMap { Double($0.dropLast()) }
        let isHex = colours.allSatisfy { colour in
            let text = colour["hex"]?.text ?? ""
            return text.count == 7 && text.first == "#" && text.dropFirst().allSatisfy(\.isHexDigit)
        }
        guard isHex, shares.count == colours.count, abs(shares.reduce(0, +) - 100) < 0.01 else {
            throw .parameter("color_palette should have hex and ratio, and the ratios should sum to 100%")
        }
    }

    // MARK: Pictures

    func size(_ parts: Parts, into submit: inout CheckedSubmit) throws(Refusal) {
        if let frame = row.frame {
            let found = try frame.resolve(parts.parameters)
            submit.className = found.name
            submit.size = found.size
            return
        }
        let asked = parts.parameter("size")
        guard asked == nil || asked?.text != nil else { throw .malformed }
        let pictures = submit.pictures
        let size = try row.size.resolve(
            asked?.text,
            SizeLimits.Given(
                count: pictures.count, lastRatio: pictures.last?.ratio, firstSize: pictures.first?.size))
        submit.className = row.size.classes.first { $0.value.contains(size) }?.key
        submit.size = (parts.function.canvas ?? row.canvas)?.size(of: size, parts.parameters) ?? size
    }

    // MARK: Films

    func frame(_ rule: FilmRule, _ parts: Parts, into submit: inout CheckedSubmit) throws(Refusal) {
        let leading = submit.inputs.first { $0.setsRatio }
        let framing = try rule.framing(parts.parameters, inputRatio: leading?.ratio)
        func seconds(_ kind: InputKind) -> [Double] {
            submit.inputs.filter { $0.kind == kind }.map { $0.seconds ?? switches.linkSeconds }
        }
        let videos = seconds(.video)
        let length = try rule.seconds(parts.parameters, videos: videos, sounds: seconds(.audio))
        let sound = try flag(parts, "audio")
        submit.className = framing.className
        submit.size = framing.size
        submit.film = FilmOrder(
            lines: framing.lines, ratio: framing.ratio, seconds: length,
            inputSeconds: row.price.inputSeconds.billed(videos.reduce(0, +)),
            hasSound: rule.sound.map { sound ?? $0 } ?? true)
    }

    // MARK: Values

    private func integer(_ parts: Parts, _ key: String) throws(Refusal) -> Int? {
        guard let value = parts.parameter(key) else { return nil }
        guard let number = value.integer else { throw .malformed }
        return number
    }

    func flag(_ parts: Parts, _ key: String) throws(Refusal) -> Bool? {
        guard let value = parts.parameter(key) else { return nil }
        guard let flag = value.flag else { throw .malformed }
        return flag
    }
}
