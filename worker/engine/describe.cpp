#include "worker/engine/describe.hpp"

#include <map>

#include "common/base/number_text.hpp"
#include "worker/engine/reduce.hpp"

namespace flowyard::worker::engine {
namespace {

std::string with_element(const std::string& name, const std::string& element) {
  return element.empty() ? name : name + "[" + element + "]";
}

class Lister {
 public:
  explicit Lister(const Program& program) : p_(program) {
    for (std::size_t i = 0; i < p_.literals.size(); ++i)
      names_[static_cast<Slot>(i)] = number_text(p_.literals[i]);
    names_[p_.time_slot] = "time";
    for (const auto& parameter : p_.parameters)
      for (std::size_t e = 0; e < parameter.elements.size(); ++e)
        names_[parameter.first_slot + static_cast<Slot>(e)] =
            with_element(parameter.name, parameter.elements[e]);
    for (std::size_t k = 0; k < p_.stocks.size(); ++k)
      names_[p_.first_stock + static_cast<Slot>(k)] = with_element(p_.stocks[k].name, p_.stocks[k].element);
  }

  std::string list() {
    out_ = "program " + p_.name + ": " + std::to_string(p_.slots) + " slots\n";
    for (const auto& parameter : p_.parameters) list(parameter);
    for (const auto& stock : p_.stocks)
      line("stock " + with_element(stock.name, stock.element) + " rate " + name(stock.rate) +
           (stock.non_negative ? " not below 0" : ""));
    for (const auto& state : p_.states) line("state " + name(state.slot) + " next " + name(state.next));
    for (const auto& d : p_.delays)
      line("delay " + name(d.slot) + " input " + name(d.input) + " length " + name(d.length) + kind_of(d));
    for (const auto& b : p_.conveyors)
      line("conveyor of stock " + std::to_string(b.stock) + " inflow " + name(b.inflow) + " length " +
           name(b.length) + " sample " + name(b.sample) + " arrest " + name(b.arrest) + " leaks " +
           std::to_string(b.leaks.size()));
    for (const auto& q : p_.queues)
      line("queue of stock " + std::to_string(q.stock) + " outflows " + std::to_string(q.outflows.size()));
    for (const auto& s : p_.shifts)
      line("shift " + std::to_string(s.count) + " stocks from " + std::to_string(s.first) + " if " +
           name(s.condition) + ", first " + name(s.value) + ", last adds up if " + name(s.accumulate));
    for (std::size_t i = 0; i < p_.tables.size(); ++i) list(i, p_.tables[i]);
    line("time start " + name(p_.time.start) + " stop " + name(p_.time.stop) + " step " + name(p_.time.step) +
         " save " + name(p_.time.save_every));
    section("invariant", p_.invariant);
    section("initial", p_.initial);
    section("step", p_.step);
    section("save", p_.save);
    section("stocks", p_.stocks_code);
    for (const auto& r : p_.reductions) {
      const std::string at = r.kind == ReductionKind::ValueAt ? " at " + name(r.at) : "";
      line("reduce " + name(r.result) + " = " + to_string(r.kind) + " " + name(r.input) + at);
    }
    section("finish", p_.finish);
    for (const auto& output : p_.outputs)
      for (std::size_t e = 0; e < output.slots.size(); ++e)
        line("output " + with_element(output.name, output.elements[e]) + " = " + name(output.slots[e]));
    for (const auto& outcome : p_.outcomes) line("outcome " + outcome.name + " = " + name(outcome.slot));
    return out_;
  }

 private:
  void line(const std::string& text) { out_ += text + "\n"; }

  std::string name(Slot slot) const {
    const auto found = names_.find(slot);
    return found == names_.end() ? "s" + std::to_string(slot) : found->second;
  }

  std::string kind_of(const DelayLine& delay) const {
    if (delay.kind == DelayKind::Material) return " material, else " + name(delay.otherwise);
    return delay.kind == DelayKind::Information ? " information" : "";
  }

  void list(const Parameter& parameter) {
    for (std::size_t e = 0; e < parameter.elements.size(); ++e) {
      const std::string value = parameter.is_lookup ? "table " + std::to_string(parameter.first_table + e)
                                                    : number_text(parameter.defaults[e]);
      line("parameter " + with_element(parameter.name, parameter.elements[e]) + " = " + value);
    }
  }

  void list(std::size_t index, const Table& table) {
    std::string points;
    for (std::uint32_t i = table.first; i < table.first + table.count; ++i)
      points += " (" + number_text(p_.xs[i]) + ", " + number_text(p_.ys[i]) + ")";
    static constexpr const char* kModes[] = {"clamp", "extrapolate", "discrete"};
    line("table " + std::to_string(index) + " " + kModes[static_cast<std::size_t>(table.mode)] + points);
  }

  void section(const char* title, const Code& code) {
    if (code.empty()) return;
    line(std::string(title) + ":");
    for (const Instruction& in : code) line("  " + shown(in));
  }

  std::string shown(const Instruction& in) const {
    const OpcodeInfo& about = info(in.op);
    std::string text = name(in.target);
    if (const auto n = targets_of(in); n > 1) text += " x" + std::to_string(n);
    text += " = " + std::string(about.mnemonic);
    const std::uint32_t fields[] = {in.a, in.b, in.c};
    for (int i = 0; i < 3; ++i) text += operand(about.operands[i], fields[i], in);
    return in.once_a_step ? text + " (once a step)" : text;
  }

  std::string operand(char kind, std::uint32_t value, const Instruction& in) const {
    if (kind == '-') return "";
    if (kind == 's') return " " + name(value);
    if (kind == 't') return " table " + std::to_string(value);
    if (kind == 'r') return " stream " + std::to_string(value);
    if (kind == 'k') return " stock " + std::to_string(value);
    if (kind == 'v') return " conveyor " + std::to_string(value);
    if (kind == 'q') return " queue " + std::to_string(value);
    if (kind != 'o') return " " + std::to_string(value);
    std::string all;
    for (std::uint64_t i = 0; i < operands_of(in); ++i) all += " " + name(p_.operands[value + i]);
    return all + " :";
  }

  const Program& p_;
  std::map<Slot, std::string> names_;
  std::string out_;
};

}  // namespace

std::string describe(const Program& program) {
  return Lister(program).list();
}

}  // namespace flowyard::worker::engine
