import struct Foundation.TimeZone

/// Reads the sections of watch.yaml with times, amounts and numbers.
extension ConfigurationDecoding {
    static let intakeKeys = ["settle", "wait_for_references", "scan", "ignore", "unmovable", "take_conflicts"]

    func intake(_ node: DocumentNode, _ intake: inout Configuration.Intake, _ reader: inout FieldReader) {
        let fields = reader.fields(node, "intake", known: Self.intakeKeys)
        intake.settleSeconds = fields["settle"].flatMap { seconds($0, "settle", &reader) } ?? intake.settleSeconds
        intake.scanSeconds = fields["scan"].flatMap { seconds($0, "scan", &reader) } ?? intake.scanSeconds
        if let wait = fields["wait_for_references"].flatMap({ seconds($0, "wait_for_references", &reader) }) {
            intake.waitForReferencesSeconds = wait
        }
        if let word = fields["unmovable"].flatMap({ reader.word($0, "unmovable", Configuration.Unmovable.self) }) {
            intake.unmovable = word.value
        }
        intake.ignore = fields["ignore"].map { reader.texts($0, "ignore").map(\.value) } ?? []
        let conflicts = fields["take_conflicts"].flatMap { reader.boolean($0, "take_conflicts") }
        intake.takeConflicts = conflicts?.value ?? intake.takeConflicts
    }

    func seconds(_ node: DocumentNode, _ key: String, _ reader: inout FieldReader) -> Double? {
        reader.duration(node, key).map {
            Double($0.value.components.seconds) + Double($0.value.components.attoseconds) / 1e18
        }
    }

    static let budgetKeys = ["day", "month", "currency", "rates", "rates_as_of"]

    func budget(_ node: DocumentNode, _ budget: inout Configuration.Budget, _ reader: inout FieldReader) {
        let fields = reader.fields(node, "budget", known: Self.budgetKeys)
        if let currency = fields["currency"].flatMap({ node in
            reader.value(node, "currency", .currency) { text in
                ScalarReading.isCurrency(text.uppercased()) ? text.uppercased() : nil
            }
        }) {
            budget.currency = currency.value
        }
        for (key, path) in [("day", \Configuration.Budget.day), ("month", \Configuration.Budget.month)] {
            guard let amount = fields[key].flatMap({ reader.amount($0, key) }) else { continue }
            if let currency = amount.value.currency, currency != budget.currency {
                reader.found.error(.otherCurrency(key, currency, budget: budget.currency), at: amount.mark)
            }
            budget[keyPath: path] = amount.value.decimal
        }
        budget.rates = rates(fields, budget.currency, &reader)
    }

    /// `rates: {USD: 7.12}` and `rates_as_of: 2026-11-30`
    private func rates(
        _ fields: [String: DocumentNode], _ currency: String, _ reader: inout FieldReader
    ) -> ExchangeRates? {
        var rates: [String: Money] = [:]
        for entry in fields["rates"].flatMap({ reader.entries($0, "rates") }) ?? [] {
            let other = entry.key.value.uppercased()
            guard ScalarReading.isCurrency(other), other != currency else {
                reader.found.error(.noRateFor(entry.key.value, budget: currency), at: entry.key.mark)
                continue
            }
            rates[other] =
                reader.value(entry.value, entry.key.value, .rate) { text in
                    Money(decimal: text, currency: currency).flatMap { $0.micros > 0 ? $0 : nil }
                }?.value
        }
        let day = fields["rates_as_of"].flatMap { node in
            reader.value(node, "rates_as_of", .day) { ScalarReading.isDay($0) ? $0 : nil }
        }
        guard let mark = fields["rates"]?.mark, !rates.isEmpty else { return nil }
        guard fields["rates_as_of"] != nil else {
            reader.found.error(.ratesWithoutDay, at: mark)
            return nil
        }
        return day.map { ExchangeRates(rates: rates, asOf: $0.value) }
    }

    func timezone(_ node: DocumentNode, _ reader: inout FieldReader) -> String? {
        reader.value(node, "timezone", .timezone) {
            $0 == "UTC" || TimeZone(identifier: $0) != nil ? $0 : nil
        }?.value
    }

    /// `22:00-06:00`
    func hours(
        _ node: DocumentNode, _ configuration: Configuration, _ reader: inout FieldReader
    ) -> Configuration.Hours? {
        reader.value(node, "hours", .hours) { text in
            let ends = text.filter { $0 != " " }.replacing("–", with: "-").split(separator: "-")
                .compactMap { ScalarReading.minutes(String($0)) }
            guard ends.count == 2, ends[0] != ends[1], ends[0] < 1440 else { return nil }
            return Configuration.Hours(opens: ends[0], closes: ends[1], timezone: configuration.budget.timezone)
        }?.value
    }

    static let permissionKeys = ["files", "folders", "group"]

    func permissions(_ node: DocumentNode, _ delivery: inout Configuration.Delivery, _ reader: inout FieldReader) {
        let fields = reader.fields(node, "permissions", known: Self.permissionKeys)
        func mode(_ key: String, _ example: String) -> Int? {
            fields[key].flatMap { node in
                reader.value(node, key, .mode(example)) { text in
                    let digits = text.hasPrefix("0o") ? String(text.dropFirst(2)) : text
                    guard (3...5).contains(digits.count), let mode = Int(digits, radix: 8) else { return nil }
                    return (0...0o7777).contains(mode) ? mode : nil
                }?.value
            }
        }
        delivery.fileMode = mode("files", "0664")
        delivery.folderMode = mode("folders", "2775")
        delivery.group = fields["group"].flatMap { reader.text($0, "group")?.value }
    }

    static let limitKeys = [
        "sync_calls", "downloads", "requests_per_second", "attempts", "renders_per_job", "stop_grace", "unreachable",
        "disk_reserve",
    ]

    func limits(_ node: DocumentNode, _ limits: inout Configuration.Limits, _ reader: inout FieldReader) {
        let fields = reader.fields(node, "limits", known: Self.limitKeys)
        func whole(_ key: String, _ path: WritableKeyPath<Configuration.Limits, Int>, _ range: ClosedRange<Int>) {
            if let value = fields[key].flatMap({ reader.integer($0, key, in: range) }) {
                limits[keyPath: path] = value.value
            }
        }
        whole("sync_calls", \.syncCalls, 1...100)
        whole("downloads", \.downloads, 1...100)
        whole("attempts", \.attempts, 1...20)
        whole("renders_per_job", \.rendersPerJob, 1...100_000)
        if let rate = fields["requests_per_second"].flatMap({ reader.number($0, "requests_per_second", in: 0.1...20) })
        {
            limits.requestsPerSecond = rate.value
        }
        limits.stopGraceSeconds =
            fields["stop_grace"].flatMap { seconds($0, "stop_grace", &reader) } ?? limits.stopGraceSeconds
        limits.unreachableSeconds =
            fields["unreachable"].flatMap { seconds($0, "unreachable", &reader) } ?? limits.unreachableSeconds
        if let reserve = fields["disk_reserve"].flatMap({ node in
            reader.value(node, "disk_reserve", .byteCount) { ByteCount.bytes($0) }
        }) {
            limits.diskReserveBytes = reserve.value
        }
    }
}
