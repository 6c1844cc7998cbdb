// A module without a GPU: the reference under another name, and what the build makes it say instead.
#include "base/error.hpp"
#include "mlp/module.hpp"
#include "mlp/reference/reference.hpp"
#include "mlp/spec.hpp"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace {
using namespace ghee;
using namespace ghee::mlp;

std::string absence() { return STAND_IN_ABSENCE; }

std::string refuses(TrainerSpec const& spec)
{
    std::string why = impossible(spec);
    if (why.empty())
        why = absence();
    return why.empty() && spec.batch == 12 ? "the stand-in does not like 12" : why;
}

std::unique_ptr<Trainer> make(TrainerSpec const& spec)
{
    if (spec.batch == 13)
        throw Error("the stand-in cannot train", "it was asked for 13", "ask for 14");
    return reference_backend().make(spec);
}

/// A group that learns nothing: its losses are means over the targets of the rows that it was given. It does two epochs at a time.
class Sums final : public Group
{
  public:
    Sums(Samples data, std::vector<Replica> const& replicas, Lessons const& lessons) : lessons_(lessons)
    {
        auto const outputs = static_cast<std::size_t>(data.outputs);
        auto const sum = [&](std::span<float const> targets, std::vector<std::uint32_t> const& rows)
        {
            double all = 0;
            for (std::uint32_t const row : rows)
                for (float const target : targets.subspan(row * outputs, outputs))
                    all += target;
            return all;
        };
        for (Replica const& replica : replicas)
        {
            double trained = 0;
            for (float const target : replica.train_targets)
                trained += target;
            if (replica.train_targets.empty())
                trained = sum(data.targets, replica.train_rows);
            auto const rows = static_cast<std::int64_t>(replica.train_rows.size()), tests = static_cast<std::int64_t>(replica.test_rows.size());
            trained_.push_back({trained, 0, rows, 1});
            tested_.push_back({sum(data.targets, replica.test_rows), 0, tests, 0});
        }
    }
    [[nodiscard]] int replicas() const override { return static_cast<int>(trained_.size()); }
    void warm_up(Seconds) override {}
    std::vector<EpochDone> go_on() override
    {
        std::vector<EpochDone> all;
        for (int i = 0; i < 2 && !over(); ++i)
        {
            ++epoch_;
            Instant const now = monotonic_clock().now();
            for (std::size_t replica = 0; replica < trained_.size(); ++replica)
            {
                EpochDone done{static_cast<int>(replica), epoch_, trained_[replica], std::nullopt, now, now, now, Seconds(1e-6)};
                if (epoch_ == lessons_.epochs || epoch_ % lessons_.evaluate_every == 0)
                    done.tested = tested_[replica];
                all.push_back(done);
            }
        }
        return all;
    }
    [[nodiscard]] bool over() const override { return epoch_ == lessons_.epochs; }
    void reset() override { epoch_ = 0; }
    [[nodiscard]] Weights weights(int) const override { return {}; }
    [[nodiscard]] std::string form() const override { return "sums of targets"; }

  private:
    Lessons lessons_;
    std::vector<Pass> trained_, tested_;
    std::int64_t epoch_ = 0;
};

std::unique_ptr<Group> make_group(TrainerSpec const& spec, Samples data, std::vector<Replica> replicas, Lessons const& lessons)
{
    if (spec.form != Form::solo)
        return nullptr;
    return std::make_unique<Sums>(data, replicas, lessons);
}

Crossovers crossovers()
{
    return {{{.depth = 3, .replicas = 1, .parameters = 1024, .below = Form::solo, .above = Form::layers}}, "batch 256", "made up"};
}
}  // namespace

Module const* ghee_backend_module()
{
    static std::string const built_as = stamp() + STAND_IN_STAMP;
    static Module const module{built_as.c_str(),
                               {.name = STAND_IN_NAME,
                                .device = Device::gpu,
                                .absence = absence,
                                .refuses = refuses,
                                .make = make,
                                .make_group = make_group,
                                .crossovers = crossovers}};
    return &module;
}
