/// Checks a job's `parameters` against its model's row: each value on its own, then against the others.
struct ParameterCheck {
    private let spec: JobSpec
    private let model: Model
    private let media: MediaAssignment
    /// The job's values, read by their types: parameters, and keys of their own.
    private let given: [String: Marked<JSONValue>]

    init(_ spec: JobSpec, _ model: Model, _ media: MediaAssignment) {
        self.spec = spec
        self.model = model
        self.media = media
        given = Self.given(spec, model)
    }

    private static func given(_ spec: JobSpec, _ model: Model) -> [String: Marked<JSONValue>] {
        var given: [String: Marked<JSONValue>] = [:]
        for (name, value) in spec.parameters {
            given[name] = Marked(model.parameters[name]?.read(value.value) ?? value.value, at: value.mark)
        }
        for (name, flag) in [
            ("prompt_extend", spec.promptExtend), ("watermark", spec.watermark), ("audio", spec.sound),
        ] {
            if let flag { given[name] = Marked(.bool(flag.value), at: flag.mark) }
        }
        for (name, text) in [
            ("size", spec.size), ("resolution", spec.resolution), ("ratio", spec.ratio), ("duration", spec.duration),
            ("negative_prompt", spec.negativePrompt),
        ] {
            if let text, !text.value.isEmpty { given[name] = Marked(.string(text.value), at: text.mark) }
        }
        if let count = spec.count { given["n"] = Marked(.int(count.value), at: count.mark) }
        return given
    }

    // MARK: A value

    /// - Parameter value: as `Model.Parameter.read` gives it.
    func check(_ name: String, _ value: Marked<JSONValue>, _ known: Model.Parameter, _ found: inout DiagnosticCollector)
    {
        if let wanted = known.misfit(value.value) {
            found.error(.wrongParameter(name, model.id, wanted: wanted), at: value.mark)
        } else if case .list(let rule) = known.kind, let role = rule.oneEach, let items = value.value.array,
            spec.unread.isDisjoint(with: ["references", "media"])
        {
            let own = media.items.filter { $0.input?.role == role }
            let files = own.count
            guard items.count != files else {
                if case .boxes = rule.items { checkBoxes(items, own, name, value.mark, &found) }
                return
            }
            found.error(.wrongItemCount(name, items: items.count, files: files, role: role), at: value.mark)
        }
    }

    private func checkBoxes(
        _ boxes: [JSONValue], _ files: [MediaAssignment.Item], _ name: String, _ mark: Mark,
        _ found: inout DiagnosticCollector
    ) {
        for (list, file) in zip(boxes, files) {
            guard let size = file.size else { continue }
            for box in list.array ?? [] {
                let corners = (box.array ?? []).compactMap(\.int)
                guard corners.count == 4, corners[2] > size.width || corners[3] > size.height else { continue }
                found.error(.boxOutside(name, corners[2], corners[3], file: file.name.value, size), at: mark)
            }
        }
    }

    // MARK: One beside the other

    func checkRelations(_ found: inout DiagnosticCollector) {
        for (name, value) in given.sorted(by: { $0.value.mark < $1.value.mark }) where !found.isFull {
            guard let known = model.parameters[name], isAskedFor(name, value.value) else { continue }
            // Written out it is what holds anyway: it costs nothing but an expectation.
            let severity = Self.isSame(value.value, known.standard) ? Diagnostic.Severity.warning : .error
            if let other = known.notWith.lazy.compactMap({ other in mark(of: other).map { (other, $0) } }).first {
                found.add(
                    Diagnostic(
                        severity == .error
                            ? .notTogether(model.id, name, other.0) : .noEffectBeside(name, other.0),
                        at: max(value.mark, other.1), severity: severity))
            }
            for (other, wanted) in known.needs.sorted(by: { $0.key < $1.key }) where !isMet(other, wanted) {
                let shown = "`\(other): \((model.parameters[other]?.read(wanted) ?? wanted).inWords)`"
                found.add(
                    Diagnostic(
                        severity == .error ? .onlyWith(model.id, name, shown) : .noEffectWithout(name, shown),
                        at: value.mark, severity: severity))
            }
        }
        for rule in model.inputRules { checkNeeds(of: rule, &found) }
    }

    /// Values that files of a role need.
    private func checkNeeds(of rule: Model.InputRule, _ found: inout DiagnosticCollector) {
        guard let item = media.items.first(where: { $0.input.map { rule.roles.contains($0.role) } ?? false }),
            let role = item.input?.role
        else { return }
        for (other, wanted) in rule.parameters.sorted(by: { $0.key < $1.key }) where !isMet(other, wanted) {
            let shown = "`\(other): \((model.parameters[other]?.read(wanted) ?? wanted).inWords)`"
            found.error(
                .onlyWith(model.id, role, shown), at: max(item.name.mark, given[other]?.mark ?? item.name.mark))
        }
    }

    /// False for a switch that is off and for a repeated default. For a switch that is on by default, one cannot know.
    private func isAskedFor(_ name: String, _ value: JSONValue) -> Bool {
        value != .bool(false) && (value == .bool(true) || !Self.isSame(value, model.parameters[name]?.standard))
    }

    /// The position of a parameter, a key or a file of a role; nil if it is absent or has no effect.
    private func mark(of name: String) -> Mark? {
        if let value = given[name] { return isAskedFor(name, value.value) ? value.mark : nil }
        return media.items.first { $0.input?.role == name }?.name.mark
    }

    private func isMet(_ name: String, _ wanted: JSONValue) -> Bool {
        guard let known = model.parameters[name], !spec.unread.contains(name) else { return true }
        return Self.isSame(known.read(wanted), given[name]?.value ?? known.standard)
    }

    /// `1` and `1.0` are the same.
    private static func isSame(_ value: JSONValue, _ other: JSONValue?) -> Bool {
        guard let other else { return false }
        return value == other || (value.double.map { $0 == other.double } ?? false)
    }
}

extension Model.Parameter {
    /// What the value should be; nil if it is valid.
    fileprivate func misfit(_ value: JSONValue) -> String? {
        switch kind {
        case .any: return nil
        case .boolean: return value.bool == nil ? "true or false" : nil
        case .integer where !figures.isEmpty:
            return value.int.map(figures.contains) == true
                ? nil : "one of \(figures.map(String.init).joined(separator: ", "))"
        case .integer(let range):
            guard let number = value.int, range?.contains(number) ?? true else {
                return range.map { "a whole number from \($0.lowerBound) to \($0.upperBound)" } ?? "a whole number"
            }
            return nil
        case .number(let range):
            guard let number = value.double, range?.contains(number) ?? true else {
                return range.map { "a number from \($0.lowerBound) to \($0.upperBound)" } ?? "a number"
            }
            return nil
        case .text(let choices):
            guard let text = value.string, length?.contains(text.count) ?? true else {
                return length.map { "text of \($0.lowerBound) to \($0.upperBound) characters" } ?? "text"
            }
            return choices.isEmpty || choices.contains(text) ? nil : "one of \(choices.joined(separator: ", "))"
        case .list(let rule):
            guard let items = value.array, rule.count?.contains(items.count) ?? true, rule.fits(items) else {
                return rule.wanted
            }
            return nil
        }
    }
}

extension Model.ListRule {
    fileprivate var wanted: String {
        let most = count.map {
            $0.lowerBound == $0.upperBound ? "\($0.lowerBound) " : "\($0.lowerBound) to \($0.upperBound) "
        }
        let list = "a list of \(most ?? "")"
        return switch items {
        case .any: list + "items"
        case .text(let choices):
            list + "texts" + (choices.isEmpty ? "" : ", each one of \(choices.joined(separator: ", "))")
        case .colours:
            list + "colours as {hex: \"#C2D1E6\", ratio: \"25.00%\"}, whose shares add up to 100%"
        case .boxes:
            list
                + "lists, one for each picture, of at most 2 boxes [x1, y1, x2, y2] in pixels, with x1 < x2 and y1 < y2"
        }
    }

    fileprivate func fits(_ values: [JSONValue]) -> Bool {
        switch items {
        case .any: return true
        case .text(let choices):
            return values.allSatisfy { $0.string.map { choices.isEmpty || choices.contains($0) } ?? false }
        case .colours:
            let shares = values.map { Self.isColour($0) ? $0["ratio"]?.string.flatMap(Self.hundredths) : nil }
            return shares.allSatisfy { $0 != nil } && shares.reduce(0) { $0 + ($1 ?? 0) } == 10_000
        case .boxes:
            return values.allSatisfy { boxes in
                boxes.array.map { $0.count <= 2 && $0.allSatisfy(Self.isBox) } ?? false
            }
        }
    }

    private static func isColour(_ value: JSONValue) -> Bool {
        guard value.object?.count == 2, let hex = value["hex"]?.string, hex.utf8.count == 7, hex.first == "#" else {
            return false
        }
        return hex.dropFirst().allSatisfy(\.isHexDigit)
    }

    /// `25.00%` → 2500, `25%` → 2500; nil beyond 100 % and for more than two digits behind the point.
    private static func hundredths(_ share: String) -> Int? {
        guard share.hasSuffix("%") else { return nil }
        let parts = share.dropLast().split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...3).contains(parts[0].utf8.count),
            parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }), let whole = Int(parts[0])
        else { return nil }
        guard parts.count == 2 else { return whole <= 100 ? whole * 100 : nil }
        guard (1...2).contains(parts[1].utf8.count), let behind = Int(parts[1]) else { return nil }
        let all = whole * 100 + (parts[1].utf8.count == 1 ? behind * 10 : behind)
        return all <= 10_000 ? all : nil
    }

    private static func isBox(_ value: JSONValue) -> Bool {
        guard let corners = value.array?.map(\.int), corners.count == 4 else { return false }
        let numbers = corners.compactMap { $0 }.filter { $0 >= 0 }
        return numbers.count == 4 && numbers[0] < numbers[2] && numbers[1] < numbers[3]
    }
}
