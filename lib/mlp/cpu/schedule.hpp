// An optimiser's numbers, step after step.
#pragma once

#include "mlp/rates.hpp"
#include "record/optimizer.hpp"

namespace ghee::mlp::cpu {

class Schedule
{
  public:
    explicit Schedule(Optimizer const& optimizer) : optimizer_(optimizer) {}
    /// Of the next step: Adam's corrections grow with the steps taken.
    Rates next();

  private:
    Optimizer optimizer_;
    double power1_ = 1.0;  ///< beta1 to the power of the steps taken
    double power2_ = 1.0;
};

}  // namespace ghee::mlp::cpu
