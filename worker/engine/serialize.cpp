#include "worker/engine/serialize.hpp"

#include <bit>
#include <cstring>
#include <type_traits>

#include "worker/engine/check.hpp"

namespace flowyard::worker::engine {
namespace {

static_assert(std::endian::native == std::endian::little, "bytes are copied as they stand in memory");

constexpr std::string_view kMagic = "FYPG";

struct Truncated {};

class Writer {
 public:
  static constexpr bool kReading = false;
  template <class Number>
  void number(const Number& value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void text(const std::string& value) {
    number(static_cast<std::uint64_t>(value.size()));
    bytes_ += value;
  }
  template <class T>
  std::size_t size(const std::vector<T>& list) {
    number(static_cast<std::uint64_t>(list.size()));
    return list.size();
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class Reader {
 public:
  static constexpr bool kReading = true;
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  template <class Number>
  void number(Number& value) {
    if (rest_.size() < sizeof value) throw Truncated{};
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
  }
  void text(std::string& value) {
    const std::size_t length = count(1);
    value.assign(rest_.substr(0, length));
    rest_.remove_prefix(length);
  }
  // Every element takes at least one byte, so that a false count cannot ask for more memory than a constant
  // times the input's size.
  template <class T>
  std::size_t size(std::vector<T>& list) {
    list.resize(count(std::is_arithmetic_v<T> ? sizeof(T) : 4));
    return list.size();
  }
  bool at_end() const { return rest_.empty(); }

 private:
  std::size_t count(std::size_t least_bytes_each) {
    std::uint64_t n = 0;
    number(n);
    if (n > rest_.size() / least_bytes_each) throw Truncated{};
    return static_cast<std::size_t>(n);
  }

  std::string_view rest_;
};

// One description of the format for both directions. `T` is const when writing.
template <class Archive, class T>
void field(Archive& archive, T& value);

template <class Archive, class... T>
void fields(Archive& archive, T&... values) {
  (field(archive, values), ...);
}

template <class Archive, class T>
void truth(Archive& archive, T& value) {
  std::uint8_t byte = value ? 1 : 0;
  archive.number(byte);
  if constexpr (Archive::kReading) value = byte != 0;
}

template <class Archive, class T>
void list(Archive& archive, T& values) {
  const std::size_t n = archive.size(values);
  for (std::size_t i = 0; i < n; ++i) field(archive, values[i]);
}

template <class A, class T>
void field(A& a, T& v) {
  using Plain = std::remove_const_t<T>;
  if constexpr (std::is_same_v<Plain, bool>) {
    truth(a, v);
  } else if constexpr (std::is_arithmetic_v<Plain> || std::is_enum_v<Plain>) {
    a.number(v);
  } else if constexpr (std::is_same_v<Plain, std::string>) {
    a.text(v);
  } else if constexpr (std::is_same_v<Plain, Instruction>) {
    fields(a, v.op, v.once_a_step, v.target, v.a, v.b, v.c);
  } else if constexpr (std::is_same_v<Plain, Parameter>) {
    fields(a, v.name, v.elements, v.defaults, v.first_slot, v.is_lookup, v.first_table, v.fixed_because,
           v.units);
  } else if constexpr (std::is_same_v<Plain, Stock>) {
    fields(a, v.name, v.element, v.synthesized, v.non_negative, v.rate);
  } else if constexpr (std::is_same_v<Plain, State>) {
    fields(a, v.slot, v.next);
  } else if constexpr (std::is_same_v<Plain, DelayLine>) {
    fields(a, v.slot, v.input, v.length, v.otherwise, v.kind);
  } else if constexpr (std::is_same_v<Plain, StockShift>) {
    fields(a, v.first, v.count, v.condition, v.accumulate, v.value);
  } else if constexpr (std::is_same_v<Plain, ConveyorLeak>) {
    fields(a, v.zone_start, v.zone_end, v.integers, v.fraction);
  } else if constexpr (std::is_same_v<Plain, Conveyor>) {
    fields(a, v.stock, v.exponential, v.discrete, v.inflow, v.length, v.sample, v.arrest, v.leaks,
           v.initial_list);
  } else if constexpr (std::is_same_v<Plain, QueueOutflow>) {
    fields(a, v.constrained, v.overflow, v.one_at_a_time, v.whole_batches);
  } else if constexpr (std::is_same_v<Plain, WaitingLine>) {
    fields(a, v.stock, v.outflows);
  } else if constexpr (std::is_same_v<Plain, Table>) {
    fields(a, v.first, v.count, v.mode, v.replacement);
  } else if constexpr (std::is_same_v<Plain, Reduction>) {
    fields(a, v.kind, v.input, v.at, v.result);
  } else if constexpr (std::is_same_v<Plain, Output>) {
    fields(a, v.name, v.elements, v.slots);
  } else if constexpr (std::is_same_v<Plain, Outcome>) {
    fields(a, v.name, v.slot);
  } else if constexpr (std::is_same_v<Plain, TimeSlots>) {
    fields(a, v.start, v.stop, v.step, v.save_every, v.varies, v.method, v.default_start, v.default_stop,
           v.default_step, v.default_save_every);
  } else if constexpr (std::is_same_v<Plain, Program>) {
    fields(a, v.name, v.slots, v.literals, v.time_slot, v.parameters, v.first_stock, v.stocks, v.states,
           v.delays, v.shifts, v.conveyors, v.queues, v.tables, v.xs, v.ys, v.streams, v.operands, v.time,
           v.invariant, v.initial, v.step, v.save, v.stocks_code, v.reductions, v.finish, v.outputs,
           v.outcomes);
  } else {
    list(a, v);
  }
}

}  // namespace

std::string serialize(const Program& program) {
  Writer writer;
  for (const char c : kMagic) writer.number(c);
  writer.number(kProgramVersion);
  field(writer, program);
  return writer.take();
}

Result<Program> deserialize(std::string_view bytes) {
  if (bytes.substr(0, kMagic.size()) != kMagic) return invalid("these bytes are not a compiled model");
  Program program;
  try {
    Reader reader(bytes.substr(kMagic.size()));
    std::uint32_t version = 0;
    reader.number(version);
    if (version != kProgramVersion)
      return invalid("the compiled model has version " + std::to_string(version) + ", this program reads " +
                     std::to_string(kProgramVersion));
    field(reader, program);
    if (!reader.at_end()) return invalid("the compiled model has bytes after its end");
  } catch (const Truncated&) {
    return invalid("the compiled model is cut short");
  }
  if (auto sound = check_program(program); !sound) return sound.error();
  return program;
}

}  // namespace flowyard::worker::engine
