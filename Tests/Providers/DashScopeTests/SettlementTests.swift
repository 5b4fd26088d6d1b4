import Foundation
import RenderCore
import Testing

@testable import DashScope

/// What an end cost, by the prices of its plan and the provider's own `usage`.
@Suite struct SettlementTests {
    private static func money(_ decimal: String) -> Money {
        Money(decimal: decimal, currency: "CNY") ?? Money(micros: 0, currency: "")
    }

    static let flat = Price(money("0.2"))
    static let tiers = Price(
        tiers: [.init(areaMax: 2_250_000, amount: money("0.25")), .init(amount: money("0.5"))], input: money("0.02"))
    static let seconds = Price(
        unit: .second,
        tiers: [
            .init(name: "720P", areaMax: 1_382_400, amount: money("0.6")), .init(name: "1080P", amount: money("1")),
        ], inputSecondsMax: 5)
    static let oneSecond = Price(money("0.4"), per: .second)

    struct Row: Sendable, CustomTestStringConvertible {
        var price: Price
        var usage: String?
        var cost: String
        var made = 1
        var testDescription: String { "\(usage ?? "no usage"): \(cost)" }

        init(_ price: Price, _ usage: String?, _ cost: String, made: Int = 1) {
            self.price = price
            self.usage = usage
            self.cost = cost
            self.made = made
        }
    }

    static let pictures = [
        Row(flat, #"{"image_count":2}"#, "0.4"), Row(flat, #"{"image_count":"3"}"#, "0.6"),
        Row(flat, #"{"output_image_count":2}"#, "0.4"), Row(flat, #"{"image_count":0}"#, "0"),
        Row(flat, nil, "0.4", made: 2), Row(flat, #"{"image_count":-1}"#, "0.4", made: 2),
        Row(flat, #"{"image_count":1e300}"#, "0.4", made: 2), Row(flat, "[]", "0.2"),
        // The sides decide the tier, the pictures that were given are billed once.
        Row(tiers, #"{"width":1024,"height":1536,"image_count":1,"input_image_count":0}"#, "0.25"),
        Row(tiers, #"{"width":"2048","height":"2048","image_count":1,"input_image_count":1}"#, "0.52"),
        Row(
            tiers,
            #"{"output_width":1500,"output_height":1500,"output_image_count":1,"input_image_type":"qima_input_1k","input_image_count":3}"#,
            "0.31"),
        Row(tiers, #"{"output_width":1501,"output_height":1500,"output_image_count":1,"input_image_count":3}"#, "0.56"),
        Row(tiers, #"{"size":"1488*704","image_count":2,"input_image_count":0}"#, "0.5"),
        Row(tiers, #"{"size":"2976*1408","image_count":2,"input_image_count":0}"#, "1"),
        // What is not said is as it was ordered: two pictures given, of the dearer size.
        Row(tiers, #"{"image_count":1}"#, "0.54"), Row(tiers, #"{"size":"0*0","width":0,"height":0}"#, "0.54"),
        Row(tiers, #"{"size":"2K","width":-5,"height":9}"#, "0.54"),
        Row(tiers, #"{"size":"99999999999*99999999999","input_image_count":100000}"#, "0.54"),
    ]

    static let films = [
        Row(seconds, #"{"duration":10,"video_count":1,"SR":720,"ratio":"16:9"}"#, "6"),
        Row(seconds, #"{"duration":10,"SR":"720"}"#, "6"), Row(seconds, #"{"duration":"10","SR":"720P"}"#, "6"),
        Row(seconds, #"{"duration":10,"SR":1080}"#, "10"), Row(seconds, #"{"duration":10.04,"SR":720}"#, "6.024"),
        Row(seconds, #"{"duration":5,"SR":480}"#, "3"),
        Row(seconds, #"{"duration":5,"size":"1280*720"}"#, "3"),
        Row(seconds, #"{"duration":5,"size":"1920*1080"}"#, "5"),
        Row(seconds, #"{"duration":5,"SR":720,"size":"1920*1080"}"#, "3"),
        // Words that the model does not use are zero or empty.
        Row(seconds, #"{"video_duration":0,"duration":5,"SR":720,"video_ratio":""}"#, "3"),
        Row(seconds, #"{"duration":0,"video_duration":5,"SR":720}"#, "3"),
        Row(seconds, #"{"video_duration":5,"SR":0,"video_ratio":"standard"}"#, "5"),
        Row(oneSecond, #"{"video_duration":5.2,"video_ratio":"standard"}"#, "2.08"),
        // What is not said is as it was ordered: eight seconds and five of input, in 1080P.
        Row(seconds, nil, "13"), Row(seconds, #"{"duration":-1,"SR":720}"#, "7.8"),
        Row(seconds, #"{"duration":1e12,"SR":"much"}"#, "13"), Row(seconds, #"{"duration":"NaN"}"#, "13"),
        Row(seconds, #"{"SR":999999999999}"#, "13"), Row(seconds, #"{"duration":10,"SR":720}"#, "0", made: 0),
    ]

    /// What was made, and cannot be read, costs what it costs.
    @Test(
        arguments: [
            (seconds, #"{"duration":5,"video_count":1,"SR":720}"#, "3"), (seconds, #"{"SR":720}"#, nil),
            (seconds, nil, nil), (Price(Money(micros: 200_000, currency: "CNY")), #"{"image_count":2}"#, "0.4"),
            (Price(Money(micros: 200_000, currency: "CNY")), #"{"image_count":0}"#, nil),
            (Price(Money(micros: 200_000, currency: "CNY")), nil, nil),
        ] as [(Price, String?, String?)])
    func `an end that nobody can read is billed by its usage, or nobody knows`(
        price: Price, usage: String?, cost: String?
    ) throws {
        var plan = RenderPlan.sample(family: price.unit == .second ? .film : .messages)
        plan.estimate = Money(micros: 1, currency: "CNY")
        plan.quote = Quote(price, .init(count: 2, area: 1280 * 720, seconds: 8...8))
        let result = RenderResult(
            task: nil, requestID: nil, status: "SUCCEEDED", outputs: [], usage: usage.flatMap(json), learnedAt: Date())
        #expect(result.isUnread)
        #expect(try Bench().service.cost(of: result, plan: plan) == cost.map(Self.money))
    }

    @Test(arguments: pictures + films) func `the provider's figures are billed`(row: Row) throws {
        let isFilm = row.price.unit == .second
        var plan = RenderPlan.sample(family: isFilm ? .film : .messages)
        plan.estimate = Money(micros: 1, currency: "CNY")
        plan.quote = Quote(
            row.price,
            isFilm
                ? .init(area: 1920 * 1080, seconds: 8...8, inputSeconds: 9...9)
                : .init(count: 1, pictures: 2, area: 2048 * 2048))
        let result = RenderResult(
            task: nil, requestID: nil, status: "SUCCEEDED",
            outputs: (0..<row.made).map { .init(index: $0 + 1, url: "https://x", medium: isFilm ? .film : .picture) },
            failedParts: row.made == 0 ? [.init(index: 1, code: "X", message: "m")] : [],
            usage: row.usage.flatMap(json),
            learnedAt: Date())
        #expect(try Bench().service.cost(of: result, plan: plan) == Self.money(row.cost))
    }
}
