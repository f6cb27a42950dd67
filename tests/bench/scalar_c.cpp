#include "tests/bench/scalar_c.hpp"

#include <cstdio>
#include <stdexcept>

namespace flowyard::bench {
namespace {

using namespace worker::engine;

const char* const prelude = R"(#include <math.h>
static inline double lookup(const double* xs, const double* ys, unsigned n, double x) {
  if (x <= xs[0]) return ys[0];
  if (x >= xs[n - 1]) return ys[n - 1];
  unsigned i = 0;
  while (i + 2 < n && xs[i + 1] <= x) ++i;
  return ys[i] + (x - xs[i]) * ((ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]));
}
)";

std::string number(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%a", value);
  return text;
}

std::string v(Slot slot) {
  return "v" + std::to_string(slot);
}

class Writer {
 public:
  Writer(const Program& program, Method method) : p_(program), method_(method) {}

  std::string run() {
    refuse_what_is_unknown();
    text_ = prelude;
    tables();
    text_ += "void run_lane(const double* parameters, double* outcomes) {\n";
    slots();
    code(p_.invariant, Trial::No);
    line("const double dt = " + v(p_.time.step));
    line("const double start = " + v(p_.time.start));
    line("const long steps = (long)ceil((" + v(p_.time.stop) + " - start) / dt - 1e-5)");
    line(v(p_.time_slot) + " = start");
    code(p_.initial, Trial::No);
    text_ += "for (long n = 0;; ++n) {\n";
    line(v(p_.time_slot) + " = start + (double)n * dt");
    code(p_.step, Trial::No);
    saves();
    line("if (n == steps) break");
    code(p_.stocks_code, Trial::No);
    if (method_ == Method::Euler)
      advance("", "dt", "");
    else
      runge_kutta_4();
    text_ += "}\n";
    code(p_.finish, Trial::No);
    for (std::size_t k = 0; k < p_.outcomes.size(); ++k)
      line("outcomes[" + std::to_string(k) + "] = " + v(p_.outcomes[k].slot));
    return text_ + "}\n";
  }

 private:
  enum class Trial { No, Yes };

  void refuse_what_is_unknown() const {
    bool known = p_.states.empty() && p_.delays.empty() && p_.shifts.empty() && p_.conveyors.empty() &&
                 p_.queues.empty() && !p_.time.varies &&
                 (method_ == Method::Euler || method_ == Method::RungeKutta4);
    for (const Reduction& reduction : p_.reductions) known = known && reduction.kind == ReductionKind::Last;
    for (const Stock& stock : p_.stocks) known = known && !stock.non_negative;
    for (const Table& table : p_.tables) known = known && table.mode == TableMode::Clamp;
    if (!known) throw std::runtime_error(p_.name + ": more than the generator of scalar C knows");
  }

  void line(const std::string& statement) { text_ += "  " + statement + ";\n"; }

  void tables() {
    for (const auto& [name, values] : {std::pair{"xs", &p_.xs}, std::pair{"ys", &p_.ys}}) {
      if (values->empty()) continue;
      text_ += std::string("static const double ") + name + "[] = {";
      for (const double value : *values) text_ += number(value) + ", ";
      text_ += "};\n";
    }
  }

  // One local variable for each slot.
  void slots() {
    std::vector<std::string> begin(p_.slots, "0");
    for (std::size_t i = 0; i < p_.literals.size(); ++i) begin[i] = number(p_.literals[i]);
    std::size_t at = 0;
    for (const Parameter& parameter : p_.parameters)
      for (std::size_t e = 0; !parameter.is_lookup && e < parameter.elements.size(); ++e)
        begin[parameter.first_slot + e] = "parameters[" + std::to_string(at++) + "]";
    for (Slot s = 0; s < p_.slots; ++s) line("double " + v(s) + " = " + begin[s]);
  }

  void saves() {
    text_ += "  if (n == 0 || n == steps) {\n";
    code(p_.save, Trial::No);
    for (const Reduction& reduction : p_.reductions) line(v(reduction.result) + " = " + v(reduction.input));
    text_ += "  }\n";
  }

  // stock = from + weight * rate, kept in `into` as well where that is named.
  void advance(const std::string& from, const std::string& weight, const std::string& into) {
    for (Slot k = 0; k < p_.stocks.size(); ++k) {
      const std::string stock = v(p_.first_stock + k);
      const std::string base = from.empty() ? stock : from + std::to_string(k);
      const std::string value = base + " + " + weight + " * " + v(p_.stocks[k].rate);
      line(into.empty() ? stock + " = " + value : into + std::to_string(k) + " = " + value);
    }
  }

  // The order of operations is that of worker/engine/integrate.cpp.
  void runge_kutta_4() {
    for (Slot k = 0; k < p_.stocks.size(); ++k) {
      line("const double base" + std::to_string(k) + " = " + v(p_.first_stock + k));
      line("double sum" + std::to_string(k));
    }
    const char* const parts[] = {"dt / 2", "dt / 2", "dt"};
    const char* const weights[] = {"dt / 6", "dt / 3", "dt / 3"};
    for (int stage = 0; stage < 3; ++stage) {
      advance(stage == 0 ? "base" : "sum", weights[stage], "sum");
      advance("base", parts[stage], "");
      line(v(p_.time_slot) + " = start + (double)n * dt + " + parts[stage]);
      code(p_.step, Trial::Yes);
      code(p_.stocks_code, Trial::Yes);
    }
    advance("sum", "dt / 6", "");
  }

  void code(const Code& instructions, Trial trial) {
    for (const Instruction& in : instructions)
      if (trial == Trial::No || in.once_a_step == 0) line(v(in.target) + " = " + value(in));
  }

  std::string value(const Instruction& in) const {
    const std::string a = v(in.a);
    const std::string b = v(in.b);
    switch (in.op) {
      case Opcode::Copy:
      case Opcode::Setting:
        return a;
      case Opcode::InitialStock:
        return v(p_.first_stock + in.b) + " = " + a;
      case Opcode::Negate:
        return "-" + a;
      case Opcode::Add:
        return a + " + " + b;
      case Opcode::Subtract:
        return a + " - " + b;
      case Opcode::Multiply:
        return a + " * " + b;
      case Opcode::Divide:
        return a + " / " + b;
      case Opcode::Min:
        return a + " < " + b + " ? " + a + " : " + b;
      case Opcode::Max:
        return a + " > " + b + " ? " + a + " : " + b;
      case Opcode::Select:
        return a + " != 0 ? " + b + " : " + v(in.c);
      case Opcode::Exp:
        return "exp(" + a + ")";
      case Opcode::Ln:
        return "log(" + a + ")";
      case Opcode::Lookup: {
        const Table& table = p_.tables[in.b];
        const std::string first = std::to_string(table.first);
        return "lookup(xs + " + first + ", ys + " + first + ", " + std::to_string(table.count) + ", " + a +
               ")";
      }
      default:
        throw std::runtime_error(std::string("no scalar C for ") + info(in.op).mnemonic);
    }
  }

  const Program& p_;
  const Method method_;
  std::string text_;
};

}  // namespace

std::string scalar_c(const Program& program, Method method) {
  return Writer(program, method).run();
}

}  // namespace flowyard::bench
