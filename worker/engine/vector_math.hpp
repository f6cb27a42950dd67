// Elementary functions of the engine.
#pragma once

#include <cmath>

namespace flowyard::worker::engine::fn {

inline double exp(double x) { return std::exp(x); }
inline double ln(double x) { return std::log(x); }
inline double sin(double x) { return std::sin(x); }
inline double cos(double x) { return std::cos(x); }
inline double tan(double x) { return std::tan(x); }
inline double asin(double x) { return std::asin(x); }
inline double acos(double x) { return std::acos(x); }
inline double atan(double x) { return std::atan(x); }
inline double atan2(double y, double x) { return std::atan2(y, x); }
inline double sinh(double x) { return std::sinh(x); }
inline double cosh(double x) { return std::cosh(x); }
inline double tanh(double x) { return std::tanh(x); }
inline double power(double x, double y) { return std::pow(x, y); }

}  // namespace flowyard::worker::engine::fn
