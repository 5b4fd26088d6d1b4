extension SimulatedTask {
    /// CNY for what succeeded.
    func price(region: SimulatorRegion) -> Double {
        guard finalFailure == nil else { return 0 }
        let price = row.price
        var each = price.each
        if let large = price.large, submit.size.area > 2_250_000 { each = large }
        if let name = submit.className {
            each = price.classes[name] ?? each
            if submit.film?.hasSound == false { each = price.silent[name] ?? each }
        }
        var unit = each.here(region) * (submit.extendsPrompt ? price.extendFactor : 1)
        if submit.inputs.contains(where: { $0.kind == .video }) { unit *= price.filmFactor }
        let amount = submit.film?.billedSeconds ?? Double(made)
        return unit * amount + price.input.here(region) * Double(max(0, submit.pictures.count - price.inputFree))
    }
}
