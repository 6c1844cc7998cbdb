// Training a subject and comparing it.
#include "examine.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "json_line.hpp"
#include "mlp/cases.hpp"
#include "mlp/distance.hpp"
#include "mlp/excuses.hpp"
#include "mlp/reference/reference.hpp"
#include "mlp/sweep_design.hpp"

namespace ghee::gpu {

namespace {
using namespace ghee::mlp;

constexpr std::int64_t rows_to_test_on = 77;

/// Of a number's relative rounding: half the distance of neighbours.
double unit_of(Precision precision) { return precision == Precision::bf16 ? 0x1p-9 : precision == Precision::tf32 ? 0x1p-11 : 0x1p-24; }

bool coarse(Precision precision) { return precision == Precision::tf32 || precision == Precision::bf16; }

void poison(Trainer& trainer, std::vector<std::uint32_t> const& rows)
{
    trainer.train(rows);
    trainer.reset();
}

Outcome outcome(Trainer& trainer, Weights const& start, std::vector<std::uint32_t> const& order)
{
    trainer.set_weights(start);
    Outcome result;
    result.before = trainer.evaluate();
    result.trained = trainer.train(order);
    result.weights = trainer.weights();
    return result;
}

void complain(std::string& mistakes, std::string const& what) { mistakes += (mistakes.empty() ? "" : "; ") + what; }

std::string number(double x)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", x);
    return text;
}

void compare_loss(std::string& mistakes, char const* what, double got, double wanted, double tolerance)
{
    if (!(std::abs(got - wanted) <= tolerance * std::abs(wanted)))
        complain(mistakes, std::string(what) + " " + number(got) + ", should be " + number(wanted));
}

/// So few may differ in which output is the largest: those where two are equal but for rounding.
void compare_hits(std::string& mistakes, char const* what, Pass const& got, Pass const& wanted)
{
    if (std::abs(got.correct - wanted.correct) > wanted.samples / 100)
        complain(mistakes, std::string(what) + " " + std::to_string(got.correct) + " hits, should be " + std::to_string(wanted.correct));
}
}  // namespace

void say_wrong(Subject const& subject, std::string const& where, std::string const& what)
{
    JsonLine().put("kind", "mistake").put("subject", subject.name()).put("case", where).put("what", what).print();
}

double allowed(Precision precision, double tolerance)
{
    switch (precision)
    {
        case Precision::bf16: return std::max(2e-2, 1e4 * tolerance);
        case Precision::tf32: return std::max(1e-3, 500 * tolerance);
        case Precision::tf32x3: return 2.5 * tolerance;
        case Precision::fp32:
        case Precision::fp64: break;
    }
    return tolerance;
}

Examination::Examination(Case one)
    : case_(std::move(one)), order_(test::sweep::order_of(case_.spec.batch, std::max(1, case_.steps))), start_(test::starting_weights(case_.spec)),
      rows_(case_.spec.network, case_.spec.batch + 3, 5), test_rows_(case_.spec.network, rows_to_test_on, 22)
{
    Samples const good = rows_.samples();
    inputs_.assign(good.inputs.begin(), good.inputs.end());
    targets_.assign(good.targets.begin(), good.targets.end());
    inputs_.resize(inputs_.size() + static_cast<std::size_t>(case_.spec.batch * good.features), std::numeric_limits<float>::quiet_NaN());
    targets_.resize(targets_.size() + static_cast<std::size_t>(case_.spec.batch * good.outputs), 0.5F);
    for (int i = 0; i < case_.spec.batch; ++i)
        poison_.push_back(static_cast<std::uint32_t>(good.count + i));

    ReferenceTrainer reference(case_.spec);
    reference.load(rows_.samples(), test_rows_.samples());
    wanted_ = outcome(reference, start_, order_);
}

std::string Examination::excuse_for(double off, Precision precision) const
{
    if (!coarse(precision) && test::near_a_kink(case_.spec, rows_, order_))
        return "kink";
    if (case_.steps > 0)
        return {};
    // A sum that rounding takes across the kink of a ReLU changes all that its sample adds; the reference's own gradient shows it.
    double const moved = test::moved_by_rounding(case_.spec, rows_, order_, 2 * unit_of(precision));
    return off <= 4.0 * moved ? "sensitive" : "";
}

Examination::Finding Examination::of(Subject const& subject) const
{
    TrainerSpec const spec = subject.ask(case_.spec);
    auto const trainer = subject.backend->make(spec);
    int const features = spec.network.inputs, outputs = spec.network.outputs();
    trainer->load({.inputs = inputs_,
                   .targets = targets_,
                   .count = static_cast<std::int64_t>(inputs_.size()) / features,
                   .features = features,
                   .outputs = outputs},
                  test_rows_.samples());
    poison(*trainer, poison_);
    Outcome const got = outcome(*trainer, start_, order_);
    poison(*trainer, poison_);
    Outcome const again = outcome(*trainer, start_, order_);

    Finding finding;
    if (std::string const form(name_of(subject.form)); subject.form != Form::automatic && trainer->form().find(form) == std::string::npos)
        complain(finding.mistakes, "asked for " + form + " it runs as '" + trainer->form() + "'");
    finding.allowed = allowed(subject.precision, case_.tolerance);
    finding.off = test::distance(got.weights, wanted_.weights, case_.steps == 0 ? &start_ : nullptr);
    if (!(finding.off <= finding.allowed))
    {
        finding.excuse = excuse_for(finding.off, subject.precision);
        if (finding.excuse.empty())
            complain(finding.mistakes, "off by " + number(finding.off) + ", allowed " + number(finding.allowed));
    }
    if (got.weights != again.weights || got.trained.loss_sum != again.trained.loss_sum || got.before.loss_sum != again.before.loss_sum)
        complain(finding.mistakes, "a second run gave other bits");
    if (got.trained.samples != wanted_.trained.samples || got.trained.steps != wanted_.trained.steps)
        complain(finding.mistakes,
                 "it counted " + std::to_string(got.trained.samples) + " samples in " + std::to_string(got.trained.steps) + " steps");
    double const of_loss = coarse(subject.precision) ? finding.allowed : std::max(2e-6, finding.allowed);
    if (finding.excuse.empty())
        compare_loss(finding.mistakes, "training loss", got.trained.loss_sum, wanted_.trained.loss_sum, of_loss);
    compare_loss(finding.mistakes, "test loss", got.before.loss_sum, wanted_.before.loss_sum, coarse(subject.precision) ? finding.allowed : 2e-6);
    if (!coarse(subject.precision))
        compare_hits(finding.mistakes, "testing", got.before, wanted_.before);
    return finding;
}

}  // namespace ghee::gpu
