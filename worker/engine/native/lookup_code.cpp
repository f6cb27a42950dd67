#include "worker/engine/native/lookup_code.hpp"

#include <cstddef>

#include "worker/engine/kernels.hpp"
#include "worker/engine/table_guide.hpp"

namespace flowyard::worker::engine::native {
namespace {

using Bucket = GuidedTable::Bucket;
using Line = GuidedTable::Line;
static_assert(sizeof(Bucket) == 64, "buckets are found by a shift");

constexpr General table_at = General::Rax;
constexpr General bucket_at = General::Rcx;
constexpr General place = General::Rdx;

}  // namespace

std::size_t write_lookup(Assembler& out, std::uint32_t table, unsigned to, unsigned x, General frame,
                         Operand zero, LookupRegisters own) {
  const auto begin = static_cast<std::int64_t>(table * sizeof(GuidedTable));
  const auto of_table = [&](std::size_t member) {
    return Operand::mem(table_at, begin + static_cast<std::int64_t>(member));
  };
  const auto of_bucket = [](std::size_t member) {
    return Operand::mem(bucket_at, static_cast<std::int64_t>(member));
  };
  const auto value = Operand::reg;
  out.load(table_at, Operand::mem(frame, offsetof(Frame, guided)));
  out.load(bucket_at, of_table(offsetof(GuidedTable, buckets)));
  out.test(bucket_at);
  const std::size_t unguided = out.jump_if_zero();

  out.vector(Vector::Subtract, own.first, x, of_table(offsetof(GuidedTable, origin)));
  out.vector(Vector::Multiply, own.first, own.first, of_table(offsetof(GuidedTable, scale)));
  out.vector(Vector::Max, own.first, own.first, zero);  // the second operand where one is NaN
  out.vector(Vector::Min, own.first, own.first, of_table(offsetof(GuidedTable, last_bucket)));
  out.truncate(place, own.first);
  out.shift_left(place, 6);
  out.add(bucket_at, place);

  const auto of_line = [&](unsigned into, std::size_t member) {
    out.load(into, of_bucket(offsetof(Bucket, before) + member));
    out.blend(into, into, of_bucket(offsetof(Bucket, after) + member), own.mask);
  };
  out.load(own.mask, of_bucket(offsetof(Bucket, next_x)));
  out.compare(Compare::LessEqual, own.mask, own.mask, value(x));
  of_line(own.first, offsetof(Line, x));
  out.vector(Vector::Subtract, own.first, x, value(own.first));
  of_line(own.second, offsetof(Line, slope));
  out.vector(Vector::Multiply, own.first, own.first, value(own.second));
  of_line(own.second, offsetof(Line, y));
  out.vector(Vector::Add, own.first, own.second, value(own.first));

  const auto outside = [&](Compare how, std::size_t end_x, std::size_t end_y, unsigned into) {
    out.compare(how, own.mask, x, of_table(end_x));
    out.load(own.second, of_table(end_y));
    out.blend(into, own.first, value(own.second), own.mask);
  };
  outside(Compare::GreaterEqual, offsetof(GuidedTable, last_x), offsetof(GuidedTable, last_y), own.first);
  outside(Compare::LessEqual, offsetof(GuidedTable, first_x), offsetof(GuidedTable, first_y), to);
  return unguided;
}

}  // namespace flowyard::worker::engine::native
