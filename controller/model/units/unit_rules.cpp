#include "controller/model/units/unit_rules.hpp"

#include <algorithm>
#include <array>

namespace flowyard::controller::model {
namespace {

// By key, sorted. PULSE is missing: its arguments differ between the dialects.
constexpr std::array kRules = std::to_array<UnitRule>({
    {"abs", "x", 'x'},
    {"active_initial", "xx", 'x'},
    {"arccos", "1", '1'},
    {"arcsin", "1", '1'},
    {"arctan", "1", '1'},
    {"cos", "1", '1'},
    {"cosh", "1", '1'},
    {"delay", "xtx", 'x'},
    {"delay1", "xtx", 'x'},
    {"delay1i", "xtx", 'x'},
    {"delay3", "xtx", 'x'},
    {"delay3i", "xtx", 'x'},
    {"delay_fixed", "xtx", 'x'},
    {"delay_n", "xtx1", 'x'},
    {"delayn", "xt1x", 'x'},
    {"elmcount", "?", '1'},
    {"exp", "1", '1'},
    {"forcst", "xtt?", 'x'},
    {"forecast", "xtt?", 'x'},
    {"game", "x", 'x'},
    {"if_then_else", "?xx", 'x'},
    {"init", "x", 'x'},
    {"initial", "x", 'x'},
    {"int", "x", 'x'},
    {"integer", "x", 'x'},
    {"ln", "1", '1'},
    {"log", "11", '1'},
    {"log10", "1", '1'},
    {"max", "x", 'x', true},
    {"mean", "x", 'x', true},
    {"min", "x", 'x', true},
    {"modulo", "xx", 'x'},
    {"previous", "xx", 'x'},
    {"pulse_train", "tttt", '1'},
    {"quantum", "xx", 'x'},
    {"ramp", "xtt", '*'},
    {"random_0_1", "", '1'},
    {"random_normal", "xxxx?", 'x'},
    {"random_uniform", "xx?", 'x'},
    {"safediv", "xy?", '/'},
    {"sample_if_true", "?xx", 'x'},
    {"sin", "1", '1'},
    {"sinh", "1", '1'},
    {"smooth", "xt", 'x'},
    {"smooth3", "xt", 'x'},
    {"smooth3i", "xtx", 'x'},
    {"smooth_n", "xtx1", 'x'},
    {"smoothi", "xtx", 'x'},
    {"smth1", "xtx", 'x'},
    {"smth3", "xtx", 'x'},
    {"smthn", "xt1x", 'x'},
    {"sqrt", "x", 's'},
    {"stddev", "x", 'x', true},
    {"step", "xt", 'x'},
    {"sum", "x", 'x'},
    {"tan", "1", '1'},
    {"tanh", "1", '1'},
    {"trend", "xt?", 'r'},
    {"vmax", "x", 'x'},
    {"vmin", "x", 'x'},
    {"xidz", "xy?", '/'},
    {"zidz", "xy", '/'},
});

}  // namespace

const UnitRule* find_unit_rule(std::string_view key) {
  const auto found =
      std::lower_bound(kRules.begin(), kRules.end(), key,
                       [](const UnitRule& rule, std::string_view k) { return rule.function < k; });
  return found != kRules.end() && found->function == key ? &*found : nullptr;
}

}  // namespace flowyard::controller::model
