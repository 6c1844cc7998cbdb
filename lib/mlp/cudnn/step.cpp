// Which of the vendor's calls make a step: what a product can finish is asked for first, and done by calls of their own where it cannot.
#include "mlp/cudnn/step.hpp"

#include "base/error.hpp"
#include "mlp/spec.hpp"

namespace ghee::mlp::cudnn {

namespace {
std::size_t at(int i) { return static_cast<std::size_t>(i); }

class Builder
{
  public:
    Builder(VendorMath& math, TrainerSpec const& spec, Parameters const& parameters, Trail const& trail, int count)
        : math_(math), spec_(spec), network_(spec.network), parameters_(parameters), trail_(trail), count_(count), masking_(at(network_.depth()))
    {
    }

    Step made(bool training)
    {
        if (training)
            backward();
        for (int d = 0; d < last(); ++d)
            forward(d);
        add_product(step_.forward, outputs_of(last(), Finish::bias));
        if (network_.loss == Loss::cross_entropy)
            add(step_.forward, math_.log_softmax(matrix(trail_.places().sums, network_.outputs()), trail_.at(trail_.places().shares)));
        return std::move(step_);
    }

  private:
    [[nodiscard]] int last() const { return network_.depth() - 1; }
    [[nodiscard]] HiddenPlaces const& hidden(int d) const { return trail_.places().hidden[at(d)]; }
    [[nodiscard]] int width(int d) const { return network_.widths[at(d)]; }
    [[nodiscard]] Matrix matrix(std::int64_t place, int columns) const { return trail_.matrix(place, count_, columns); }
    [[nodiscard]] Matrix input(int d) const
    {
        return d == 0 ? matrix(trail_.places().batch, network_.inputs) : matrix(hidden(d - 1).outputs, width(d - 1));
    }
    [[nodiscard]] std::uint32_t* mask(int d) const { return reinterpret_cast<std::uint32_t*>(trail_.at(hidden(d).mask)); }

    static void add(Calls& to, std::unique_ptr<Call> call) { to.push_back(std::move(call)); }

    void add_product(Calls& to, std::unique_ptr<Call> call)
    {
        ++step_.tally.products;
        step_.tally.on_tensor_cores += call->on_tensor_cores() ? 1 : 0;
        add(to, std::move(call));
    }

    void add_product(Calls& to, Product const& product) { add_product(to, wanted(product, spec_.precision)); }

    std::unique_ptr<Call> wanted(Product const& product, Precision precision)
    {
        if (auto call = math_.product(product, precision))
            return call;
        throw Error("backend cudnn cannot multiply " + std::to_string(product.rows()) + " x " + std::to_string(product.terms()) + " by " +
                        std::to_string(product.terms()) + " x " + std::to_string(product.columns()) + " numbers in " +
                        std::string(name_of(precision)),
                    math_.name() + " offers nothing for it on this GPU", "choose backend cuda or another precision");
    }

    [[nodiscard]] Product outputs_of(int d, Finish finish) const
    {
        bool const apart = finish == Finish::bias && d < last();
        return {.left = input(d),
                .right = parameters_.weights(d),
                .right_turned = true,
                .result = trail_.at(d == last() ? trail_.places().sums
                                    : apart     ? hidden(d).sums
                                                : hidden(d).activated),
                .finish = finish,
                .bias = parameters_.biases(d),
                .mask = finish == Finish::relu_bias_mask ? mask(d) : nullptr};
    }

    void forward(int d)
    {
        bool const relu = network_.activation == Activation::relu;
        if (masking_[at(d)])
            add_product(step_.forward, std::move(masking_[at(d)]));
        else
            add_product(step_.forward, outputs_of(d, relu ? Finish::relu_bias : Finish::bias));
        if (!relu && network_.activation != Activation::linear)
            add(step_.forward, math_.activation(network_.activation, matrix(hidden(d).sums, width(d)), trail_.at(hidden(d).activated)));
        if (adds_input(network_, d))
            add(step_.forward, math_.sum(matrix(hidden(d).activated, width(d)), input(d).data, trail_.at(hidden(d).outputs)));
    }

    /// Deltas lie in turn in one of two places, so that those of a layer are there until those of the layer below are made; so do pulls.
    void backward()
    {
        float* delta = trail_.at(trail_.places().last_delta);
        float* pull = nullptr;  // derivatives by the outputs of layer d, where they go round it
        bool total_known = false;
        for (int d = last(); d >= 0; --d)
        {
            learn(d, delta, total_known);
            if (d == 0)
                return;
            Product below{.left = matrix_at(delta, width(d)), .right = parameters_.weights(d), .added = adds_input(network_, d) ? pull : nullptr};
            float* const delta_below = trail_.at(trail_.places().deltas[d % 2]);
            pull = adds_input(network_, d - 1) ? trail_.at(trail_.places().pulls[d % 2]) : nullptr;
            below.result = pull != nullptr ? pull : delta_below;
            total_known = false;
            if (network_.activation == Activation::linear)
                add_product(step_.backward, below);
            else if (pull != nullptr || !spread_masked(d, below, total_known))
                spread(d, below, delta_below);
            delta = network_.activation == Activation::linear ? below.result : delta_below;
        }
    }

    [[nodiscard]] Matrix matrix_at(float const* data, int columns) const { return {data, count_, columns}; }

    /// Deltas below layer d by a product that knows from the mask where ReLU was flat. False: that is not to be had.
    bool spread_masked(int d, Product below, bool& total_known)
    {
        if (network_.activation != Activation::relu)
            return false;
        auto masking = math_.product(outputs_of(d - 1, Finish::relu_bias_mask), spec_.precision);
        if (!masking)
            return false;
        below.mask = mask(d - 1);
        below.total = parameters_.bias_gradients(d - 1);
        for (Finish const finish : {Finish::masked_total, Finish::masked})
        {
            below.finish = finish;
            auto call = math_.product(below, spec_.precision);
            if (!call)
                continue;
            add_product(step_.backward, std::move(call));
            masking_[at(d - 1)] = std::move(masking);
            total_known = finish == Finish::masked_total;
            ++step_.tally.slopes;
            ++step_.tally.slopes_in_products;
            return true;
        }
        return false;
    }

    void spread(int d, Product const& below, float* delta)
    {
        add_product(step_.backward, below);
        HiddenPlaces const& there = hidden(d - 1);
        add(step_.backward,
            math_.activation_back(network_.activation, matrix(there.sums, width(d - 1)), trail_.at(there.activated), below.result, delta));
        ++step_.tally.slopes;
    }

    /// Gradients of layer d.
    void learn(int d, float const* delta, bool total_known)
    {
        Product product{.left = matrix_at(delta, width(d)),
                        .left_turned = true,
                        .right = input(d),
                        .result = parameters_.weight_gradients(d),
                        .finish = total_known ? Finish::nothing : Finish::left_total,
                        .total = parameters_.bias_gradients(d)};
        ++step_.tally.totals;
        auto call = math_.product(product, spec_.precision);
        if (!call && !total_known)
        {
            // A row of ones makes the same sums; in fp32, because nobody would round deltas to add them up.
            Product const total{.left = trail_.matrix(trail_.places().ones, 1, count_), .right = matrix_at(delta, width(d)), .result = product.total};
            add_product(step_.backward, wanted(total, Precision::fp32));
            product.finish = Finish::nothing;
            add_product(step_.backward, product);
            return;
        }
        ++step_.tally.totals_in_products;
        add_product(step_.backward, call ? std::move(call) : wanted(product, spec_.precision));
    }

    VendorMath& math_;
    TrainerSpec const& spec_;
    Network const& network_;
    Parameters const& parameters_;
    Trail const& trail_;
    int count_;
    Calls masking_;  ///< [layer] the forward product that leaves a mask behind, where that is of use
    Step step_;
};
}  // namespace

Step make_step(VendorMath& math, TrainerSpec const& spec, Parameters const& parameters, Trail const& trail, int count, bool training)
{
    return Builder(math, spec, parameters, trail, count).made(training);
}

}  // namespace ghee::mlp::cudnn
