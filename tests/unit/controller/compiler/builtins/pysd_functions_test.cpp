// Every function that PySD's documentation lists for Vensim and for XMILE is read here and gives numbers, by
// Euler and by Runge-Kutta. What they are is what the other tests are about.
#include <cmath>

#include <gtest/gtest.h>

#include "tests/unit/controller/compiler/running.hpp"

namespace flowyard::test {
namespace {

using controller::model::Method;
using controller::model::Model;

void expect_numbers(Results<Model> model, const std::string& equation) {
  ASSERT_TRUE(model) << equation << ": " << to_string(model.error().front());
  for (const Method method : {Method::Euler, Method::RungeKutta4}) {
    Model changed = *model;
    changed.time.method = method;
    const Ran ran = run(Results<Model>(std::move(changed)));
    ASSERT_TRUE(ran.columns.contains("x") || ran.columns.contains("x[d1]")) << equation << ": " << ran.errors;
    for (const auto& [name, values] : ran.columns)
      for (const double value : values) EXPECT_TRUE(std::isfinite(value)) << equation << ": " << name;
  }
}

TEST(PysdFunctions, OfVensimGiveNumbers) {
  const std::string given =
      "d: d1, d2 ~~|\nk: p1, p2, p3, p4 ~~|\na[d] = 1, 2 ~~|\nm[d1,d] = 2, 1 ~~|\nm[d2,d] = 0, 4 ~~|\n"
      "pp[d,k] = 3,1,1,0; 3,2,1,0; ~~|\ne <-> d ~~|\n";
  for (const std::string call : {"ABS(-1)",
                                 "MIN(1, 2)",
                                 "MAX(1, 2)",
                                 "SQRT(4)",
                                 "EXP(1)",
                                 "LN(2)",
                                 "SIN(1)",
                                 "COS(1)",
                                 "TAN(1)",
                                 "ARCSIN(0.5)",
                                 "ARCCOS(0.5)",
                                 "ARCTAN(0.5)",
                                 "ELMCOUNT(d)",
                                 "INTEGER(2.5)",
                                 "QUANTUM(7, 2)",
                                 "MODULO(7, 3)",
                                 "IF THEN ELSE(Time > 1, 1, 2)",
                                 "XIDZ(1, 0, 3)",
                                 "ZIDZ(1, 0)",
                                 "VMIN(a[d!])",
                                 "VMAX(a[d!])",
                                 "SUM(a[d!])",
                                 "PROD(a[d!])",
                                 "PULSE(1, 1)",
                                 "PULSE TRAIN(0, 1, 2, 9)",
                                 "RAMP(1, 1, 3)",
                                 "STEP(1, 1)",
                                 "GET TIME VALUE(0, 1, 0)",
                                 "VECTOR SELECT(a[d!], a[d!], 0, 0, 0)",
                                 "GAME(3)",
                                 "INITIAL(Time)",
                                 "SAMPLE IF TRUE(Time > 1, Time, 0)",
                                 "DELAY1I(Time, 2, 1)",
                                 "DELAY1(Time, 2)",
                                 "DELAY3I(Time, 2, 1)",
                                 "DELAY3(Time, 2)",
                                 "DELAY N(Time, 2, 0, 2)",
                                 "DELAY FIXED(Time, 2, 0)",
                                 "SMOOTHI(Time, 2, 0)",
                                 "SMOOTH(Time, 2)",
                                 "SMOOTH3I(Time, 2, 0)",
                                 "SMOOTH3(Time, 2)",
                                 "SMOOTH N(Time, 2, 0, 2)",
                                 "FORECAST(Time + 1, 2, 3)",
                                 "TREND(Time + 1, 2, 0)",
                                 "RANDOM 0 1()",
                                 "RANDOM UNIFORM(0, 1, 0)",
                                 "RANDOM NORMAL(0, 1, 0.5, 0.1, 0)",
                                 "RANDOM EXPONENTIAL(0, 9, 0, 1, 0)",
                                 "ACTIVE INITIAL(Time, 3)",
                                 "INTEG(1, 0)",
                                 "WITH LOOKUP(Time, ([(0,0)-(4,4)], (0,1), (4,5)))",
                                 "IF THEN ELSE(:NOT: Time > 1 :AND: Time < 3 :OR: Time = 4, -2^2, 2)",
                                 "x at start"})
    expect_numbers(
        controller::model::vensim::read(
            vensim_text(given + "x at start = INITIAL(Time) ~~|\nx = " + call + " ~~|\n"), "m.mdl"),
        call);
  for (const std::string call : {"VECTOR RANK(a[d], 1)", "VECTOR REORDER(a[d], VECTOR SORT ORDER(a[d], 1))",
                                 "VECTOR SORT ORDER(a[d], 1)", "ALLOCATE AVAILABLE(a[d], pp[d,p1], 2)",
                                 "ALLOCATE BY PRIORITY(a[d], a[d], ELMCOUNT(d), 1, 2)"})
    expect_numbers(controller::model::vensim::read(vensim_text(given + "x[d] = " + call + " ~~|\n"), "m.mdl"),
                   call);
  expect_numbers(
      controller::model::vensim::read(
          vensim_text(given + "i[d,e] = INVERT MATRIX(m[d,e], 2) ~~|\nx = i[d1,d1] ~~|\n"), "m.mdl"),
      "INVERT MATRIX");
}

TEST(PysdFunctions, OfXmileGiveNumbers) {
  for (const std::string call : {"ABS(-1)",
                                 "MIN(1, 2)",
                                 "MAX(1, 2)",
                                 "SQRT(4)",
                                 "EXP(1)",
                                 "LN(2)",
                                 "SIN(1)",
                                 "COS(1)",
                                 "TAN(1)",
                                 "ARCSIN(0.5)",
                                 "ARCCOS(0.5)",
                                 "ARCTAN(0.5)",
                                 "INT(2.5)",
                                 "IF_THEN_ELSE(TIME = 1, 1, 2)",
                                 "IF TIME = 1 AND NOT TIME = 2 OR TIME = 3 THEN 1 ELSE 2",
                                 "SAFEDIV(1, 0, 3)",
                                 "SAFEDIV(1, 0)",
                                 "PULSE(1, 1)",
                                 "PULSE(1, 1, 2)",
                                 "RAMP(1, 1, 3)",
                                 "RAMP(1, 1)",
                                 "STEP(1, 1)",
                                 "INIT(TIME)",
                                 "DELAY1(TIME, 2, 0)",
                                 "DELAY1(TIME, 2)",
                                 "DELAY3(TIME, 2, 0)",
                                 "DELAY3(TIME, 2)",
                                 "DELAYN(TIME, 2, 2, 0)",
                                 "DELAYN(TIME, 2, 2)",
                                 "DELAY(TIME, 2)",
                                 "DELAY(TIME, 2, 0)",
                                 "SMTH1(TIME, 2, 0)",
                                 "SMTH1(TIME, 2)",
                                 "SMTH3(TIME, 2, 0)",
                                 "SMTH3(TIME, 2)",
                                 "SMTHN(TIME, 2, 2, 0)",
                                 "SMTHN(TIME, 2, 2)",
                                 "FORCST(TIME + 1, 2, 3, 0)",
                                 "FORCST(TIME + 1, 2, 3)",
                                 "TREND(TIME + 1, 2, 0)",
                                 "TREND(TIME + 1, 2)"})
    expect_numbers(controller::model::xmile::read(xmile_text(aux("x", call)), "m.xmile"), call);
}

}  // namespace
}  // namespace flowyard::test
