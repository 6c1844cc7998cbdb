// A trainer that follows a script on a clock that only it moves.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/quantity.hpp"
#include "mlp/trainer.hpp"
#include "train/course.hpp"
#include "train/one_by_one.hpp"

namespace ghee::train::test {

class ScriptedClock : public Clock
{
  public:
    [[nodiscard]] Instant now() const override { return now_; }
    void sleep_until(Instant deadline) override { now_ = std::max(now_, deadline); }
    void pass(double seconds) { now_ += std::chrono::duration_cast<std::chrono::nanoseconds>(Seconds(seconds)); }

  private:
    Instant now_ = from_ns(1'000'000'000);
};

/// Epochs of 10 samples. Losses are those of the script, the last one again and again; reset() starts it anew.
class ScriptedTrainer : public mlp::Trainer
{
  public:
    explicit ScriptedTrainer(ScriptedClock& clock) : clock_(clock) {}

    std::vector<double> train_losses{1.0};
    std::vector<double> test_losses{1.0};
    std::vector<double> accuracies{0.5};
    double train_seconds = 1.0;
    double evaluate_seconds = 0.5;
    double reset_seconds = 0.0;
    int batch = 4;

    std::vector<std::vector<std::uint32_t>> orders;  ///< every order it was given
    int evaluations = 0;
    int resets = 0;

    void load(mlp::Samples, mlp::Samples) override {}
    mlp::Pass train(std::span<std::uint32_t const> order) override
    {
        orders.emplace_back(order.begin(), order.end());
        clock_.pass(train_seconds);
        auto const count = static_cast<std::int64_t>(order.size());
        return {at(train_losses, trained_++) * static_cast<double>(count), 0, count, (count + batch - 1) / batch};
    }
    mlp::Pass evaluate() override
    {
        ++evaluations;
        clock_.pass(evaluate_seconds);
        auto const index = tested_++;
        return {at(test_losses, index) * 20, static_cast<std::int64_t>(at(accuracies, index) * 20), 20, 5};
    }
    [[nodiscard]] mlp::Weights weights() const override { throw std::logic_error("not asked for by a course"); }
    void set_weights(mlp::Weights const&) override { throw std::logic_error("not asked for by a course"); }
    void reset() override
    {
        ++resets;
        trained_ = tested_ = 0;
        clock_.pass(reset_seconds);
    }

  private:
    static double at(std::vector<double> const& script, std::size_t index) { return script[std::min(index, script.size() - 1)]; }
    ScriptedClock& clock_;
    std::size_t trained_ = 0;
    std::size_t tested_ = 0;
};

/// The course of one trainer alone, on epochs of 10 samples.
inline Report follow_course(mlp::Trainer& trainer, Request const& request, CourseFacts const& facts, Observer const& observer, Clock& clock)
{
    OneByOne alone({{&trainer, request.seed, 10, 20}}, lessons_of(request.configuration, facts), 4, std::make_shared<Helpers>(1), clock);
    return train::follow_course(alone, request, facts, observer, clock);
}

}  // namespace ghee::train::test
