// Physical quantities as types: only products that exist compile (W x s = J).
#pragma once

#include <chrono>
#include <cmath>
#include <compare>
#include <limits>

namespace ghee {

using Seconds = std::chrono::duration<double>;

/// A double with its unit in the type. Default is NaN: an undefined quantity is never 0.
template<class Tag>
class Quantity
{
  public:
    constexpr Quantity() = default;
    explicit constexpr Quantity(double value) : value_(value) {}

    /// The bare number in the SI unit of the tag (J, W, Hz, degrees Celsius, bytes).
    [[nodiscard]] constexpr double value() const { return value_; }
    [[nodiscard]] bool defined() const { return !std::isnan(value_); }

    constexpr Quantity operator-() const { return Quantity(-value_); }
    constexpr Quantity& operator+=(Quantity other)
    {
        value_ += other.value_;
        return *this;
    }
    constexpr Quantity& operator-=(Quantity other)
    {
        value_ -= other.value_;
        return *this;
    }
    friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity(a.value_ + b.value_); }
    friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity(a.value_ - b.value_); }
    friend constexpr Quantity operator*(Quantity a, double b) { return Quantity(a.value_ * b); }
    friend constexpr Quantity operator*(double a, Quantity b) { return Quantity(a * b.value_); }
    friend constexpr Quantity operator/(Quantity a, double b) { return Quantity(a.value_ / b); }
    friend constexpr double operator/(Quantity a, Quantity b) { return a.value_ / b.value_; }
    friend constexpr auto operator<=>(Quantity a, Quantity b) = default;

  private:
    double value_ = std::numeric_limits<double>::quiet_NaN();
};

using Joules = Quantity<struct JouleTag>;
using Watts = Quantity<struct WattTag>;
using Celsius = Quantity<struct CelsiusTag>;
using Hertz = Quantity<struct HertzTag>;
using Bytes = Quantity<struct ByteTag>;

constexpr Joules operator*(Watts p, Seconds t) { return Joules(p.value() * t.count()); }
constexpr Joules operator*(Seconds t, Watts p) { return p * t; }
constexpr Watts operator/(Joules e, Seconds t) { return Watts(e.value() / t.count()); }
constexpr Seconds operator/(Joules e, Watts p) { return Seconds(e.value() / p.value()); }

}  // namespace ghee
