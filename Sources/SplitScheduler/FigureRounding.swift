/// What XvB rounds its figures to, found out from the figures: the coarsest power of ten that all of them are multiples of.
///
/// One figure of seven digits ends in a zero by chance as often as not at all, so a step is believed by the finest one seen: a
/// single finer figure proves it wrong.
struct FigureRounding: Equatable, Sendable {
    /// The coarsest that is thought of, in H/s.
    static let coarsest = 1_000.0
    /// Figures finer than this are not rounded, in H/s.
    static let finest = 0.01

    /// The step, in H/s; 0 where figures aren't rounded.
    private(set) var step = Self.coarsest

    mutating func observed(_ figure: Double) {
        while step > 0, figure > 0, !isMultiple(figure) {
            step = step > Self.finest * 1.5 ? step / 10 : 0
        }
    }

    /// The most that may have been behind `figure`, in H/s.
    func most(_ figure: Double) -> Double {
        figure + step / 2
    }

    /// The least that may have been behind `figure`, in H/s.
    func least(_ figure: Double) -> Double {
        max(0, figure - step / 2)
    }

    private func isMultiple(_ figure: Double) -> Bool {
        let steps = figure / step
        return (steps - steps.rounded()).magnitude < 1e-6 * max(1, steps.magnitude * 1e-6)
    }
}
