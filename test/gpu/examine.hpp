// One subject on one case, held against the reference: how near it came and what is wrong with it.
#pragma once

#include <string>
#include <vector>

#include "cases.hpp"
#include "mlp/networks.hpp"
#include "subjects.hpp"

namespace ghee::gpu {

/// What training on a case gave.
struct Outcome
{
    mlp::Weights weights;
    mlp::Pass trained;
    mlp::Pass before;  ///< evaluation with the weights that training began with
};

/// A case with its rows and what the reference makes of it. Behind the rows that are trained on lie as many of NaN: a trainer that has
/// trained on them and was reset must not show it.
class Examination
{
  public:
    explicit Examination(Case);

    [[nodiscard]] Case const& question() const { return case_; }

    struct Finding
    {
        double off = 0;        ///< farthest layer, relative
        double allowed = 0;    ///< in this precision
        std::string excuse;    ///< why it may be farther off than that: "kink", "sensitive"; empty: it is not, or has none
        std::string mistakes;  ///< what is wrong; empty: nothing
    };
    /// Precondition: the backend does not refuse.
    [[nodiscard]] Finding of(Subject const&) const;

  private:
    [[nodiscard]] std::string excuse_for(double off, Precision) const;

    Case case_;
    std::vector<std::uint32_t> order_;
    std::vector<std::uint32_t> poison_;
    mlp::Weights start_;
    std::vector<float> inputs_, targets_;
    mlp::test::Rows rows_;
    mlp::test::Rows test_rows_;
    Outcome wanted_;
};

/// The relative error that a precision may have where fp32 may have `tolerance`.
double allowed(Precision, double tolerance);

/// A line of JSON on what is wrong.
void say_wrong(Subject const&, std::string const& where, std::string const& what);

/// Whether the order that this trainer draws is the one that the host's function gives, each row once; empty: it is. Precondition: the
/// trainer draws orders.
std::string mistakes_in_order(Subject const&);

}  // namespace ghee::gpu
