// A group whose replicas are trainers of backend cpu, one epoch of each after another.
#include "stand_in.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "base/contract.hpp"
#include "chosen_rows.hpp"
#include "epoch_order.hpp"
#include "lessons.hpp"
#include "mlp/cpu/cpu.hpp"

namespace ghee::gpu {

namespace {
mlp::Backend const& cpu()
{
    static mlp::Backend const backend = mlp::cpu_backend();
    return backend;
}

/// The question as backend cpu understands it.
mlp::TrainerSpec plain(mlp::TrainerSpec spec)
{
    spec.form = Form::automatic;
    spec.replicas = 1;
    return spec;
}

class Standing
{
  public:
    Standing(mlp::TrainerSpec spec, mlp::Samples data, mlp::Replica const& replica, mlp::Lessons const& lessons)
        : train_(data, replica.train_rows, replica.train_targets), test_(data, replica.test_rows), lessons_(lessons), seed_(replica.seed),
          ending_(lessons)
    {
        spec.seed = replica.seed;
        trainer_ = cpu().make(spec);
        trainer_->load(train_.samples(), test_.samples());
    }

    [[nodiscard]] bool over() const { return over_; }
    [[nodiscard]] mlp::Weights weights() const { return trainer_->weights(); }
    void reset()
    {
        trainer_->reset();
        epoch_ = 0;
        over_ = false;
        ending_ = Ending(lessons_);
    }
    mlp::EpochDone train(int number)
    {
        mlp::EpochDone done{.replica = number, .epoch = ++epoch_, .trained = {}, .tested = {}};
        done.begin = monotonic_clock().now();
        auto const order = epoch_order(static_cast<std::uint32_t>(train_.samples().count), seed_, epoch_);
        Instant const drawn = monotonic_clock().now();
        done.trained = trainer_->train(order);
        done.trained_at = monotonic_clock().now();
        done.stepping = done.trained_at - drawn;
        if (is_tested(lessons_, epoch_) && std::isfinite(done.trained.loss_sum))
            done.tested = trainer_->evaluate();
        done.tested_at = done.tested ? monotonic_clock().now() : done.trained_at;
        over_ = ending_.after(done);
        return done;
    }

  private:
    ChosenRows train_, test_;
    mlp::Lessons lessons_;
    std::uint64_t seed_;
    std::unique_ptr<mlp::Trainer> trainer_;
    std::int64_t epoch_ = 0;
    bool over_ = false;
    Ending ending_;
};

class StandInGroup final : public mlp::Group
{
  public:
    StandInGroup(mlp::TrainerSpec const& spec, mlp::Samples data, std::vector<mlp::Replica> const& replicas, mlp::Lessons const& lessons, bool wrong)
        : wrong_(wrong)
    {
        for (mlp::Replica const& replica : replicas)
            all_.push_back(std::make_unique<Standing>(plain(spec), data, replica, lessons));
    }

    [[nodiscard]] int replicas() const override { return static_cast<int>(all_.size()); }
    void warm_up(Seconds) override
    {
        all_.front()->train(0);
        all_.front()->reset();
    }
    std::vector<mlp::EpochDone> go_on() override
    {
        GHEE_EXPECT(!over());
        std::vector<mlp::EpochDone> done;
        for (std::size_t r = 0; r < all_.size(); ++r)
            if (!all_[r]->over())
                done.push_back(all_[r]->train(static_cast<int>(r)));
        return done;
    }
    [[nodiscard]] bool over() const override
    {
        return std::all_of(all_.begin(), all_.end(), [](auto const& one) { return one->over(); });
    }
    void reset() override
    {
        for (auto const& one : all_)
            one->reset();
    }
    [[nodiscard]] mlp::Weights weights(int replica) const override
    {
        mlp::Weights weights = all_[static_cast<std::size_t>(replica)]->weights();
        if (wrong_ && replica == 1)
        {
            double& one = weights.back().biases.back();
            one = static_cast<double>(std::nextafter(static_cast<float>(one), HUGE_VALF));
        }
        return weights;
    }
    [[nodiscard]] std::string form() const override { return "solo, a stand-in on the processor"; }

  private:
    std::vector<std::unique_ptr<Standing>> all_;
    bool wrong_;
};

template<bool wrong>
std::unique_ptr<mlp::Group> make_group(mlp::TrainerSpec const& spec, mlp::Samples data, std::vector<mlp::Replica> replicas,
                                       mlp::Lessons const& lessons)
{
    return std::make_unique<StandInGroup>(spec, data, replicas, lessons, wrong);
}

template<bool wrong>
mlp::Backend stand_in(char const* name)
{
    return {.name = name,
            .device = Device::cpu,
            .absence = [] { return std::string(); },
            .refuses = [](mlp::TrainerSpec const& spec) { return cpu().refuses(plain(spec)); },
            .make = [](mlp::TrainerSpec const& spec) { return cpu().make(plain(spec)); },
            .make_group = make_group<wrong>,
            .crossovers = []
            { return mlp::Crossovers{.list = {{.depth = 2, .replicas = 1, .parameters = 4096}}, .conditions = "none", .origin = "made up"}; }};
}
}  // namespace

std::span<mlp::Backend const> stand_ins()
{
    static std::array const list{stand_in<false>("stand-in"), stand_in<true>("stand-in-wrong")};
    return list;
}

}  // namespace ghee::gpu
