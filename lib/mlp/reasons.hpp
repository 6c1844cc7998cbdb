// Why none of several backends trains something, without saying the same twice.
#pragma once

#include <span>
#include <string>

namespace ghee::mlp {

struct Refusal
{
    std::string backend;
    std::string why;  ///< perhaps with a remedy behind it: "problem (details) remedy"
};

struct Reasons
{
    std::string why;
    std::string remedy;  ///< that they have in common; empty: each has its own, in `why`, or none
};

/// "NAME: why; NAME: why", or the why alone where all say the same; a remedy that two or more have in common stands by itself.
Reasons sum_up(std::span<Refusal const>);

}  // namespace ghee::mlp
