public import RenderCore

extension MemoryLedger {
    public func spend(of job: JobID) -> [SpendRecord] {
        spend.values.filter { $0.render.job == job }.sorted { ($0.render, $0.attempt) < ($1.render, $1.attempt) }
    }

    public func committed(day: String, month: String) -> (day: [Money], month: [Money]) {
        (sums { $0.day == day }, sums { $0.month == month })
    }

    public func spending(day: String, month: String) -> (day: Spending, month: Spending) {
        func part(_ counts: (SpendRecord) -> Bool) -> Spending {
            Spending(
                spent: sums { counts($0) && $0.state == .settled },
                reserved: sums { counts($0) && $0.state == .reserved })
        }
        return (part { $0.day == day }, part { $0.month == month })
    }

    public func committed(from first: String, through last: String) -> [DaySpend] {
        let days = Set(spend(from: first, through: last).filter { $0.committed != nil }.map(\.day))
        return days.sorted().map { day in DaySpend(day: day, committed: sums { $0.day == day }) }
    }

    public func spend(from first: String, through last: String) -> [SpendRecord] {
        spend.values.filter { first <= $0.day && $0.day <= last }
            .sorted { ($0.at, $0.render, $0.attempt) < ($1.at, $1.render, $1.attempt) }
    }

    private func sums(_ counts: (SpendRecord) -> Bool) -> [Money] {
        Money.sums(spend.values.filter(counts).compactMap(\.committed))
    }
}
