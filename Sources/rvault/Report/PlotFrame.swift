extension ReportPlots {
    /// Where a number stands between the floor of a plot and the round number above its highest bar.
    struct Frame: Equatable {
        let top: Int
        let bottom: Int
        /// The number at the top.
        let scale: Int
        /// The numbers with a line, from zero on.
        let ticks: [Int]

        init(top: Int, height: Int, most: Int) {
            self.top = top
            bottom = top + height
            let step = Self.roundStep(atLeast: (max(1, most) + 3) / 4)
            scale = step * ((max(1, most) + step - 1) / step)
            ticks = Array(stride(from: 0, through: scale, by: step))
        }

        /// What is more than nothing is at least a line.
        func y(_ value: Int) -> Int {
            value <= 0 ? bottom : bottom - max(1, Int(Double(bottom - top) * Double(min(value, scale)) / Double(scale)))
        }

        /// 1, 2 or 5 times a power of ten.
        private static func roundStep(atLeast least: Int) -> Int {
            var power = 1
            while power * 10 <= least { power *= 10 }
            return [power, power * 2, power * 5, power * 10].first { $0 >= least } ?? power * 10
        }
    }
}
