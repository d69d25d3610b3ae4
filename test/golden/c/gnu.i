p("a") p("a",) p("a", 1) p("a", 1, 2) p("a") p("a" ,) p("a" , 1, 2) p(0) p(0,1) p(0,,) p(0) p(0) p(0,1)
p() p(0,) p(1 , )
p(1 ) p(1 ) p(1 , 2, 3) p(1 ) q c qbq c "" "x 1, 2 y" kkz f(0 ) f(0 , (1)) f(0 )
2*9*G 2*9*G(3)
42
A y x B x y
self + 1 fself(fself(1) 1) fself(1) 1 self + 1 fself(2) 2
1*G F
(1)
[1] [[2]] [3] [4] [5] fun [6]
"a + b" "\"q\\n\" 'c' \"\\\\\"" "A y x" "12" "" "\"a\"" "fun" "multi line"
"-- -" "-- -" "--" "- -" "ab" "a b"
x1 1x <<= .5 L'a' L"s" u8"s" -> 1e3 x x abq (1) %:%:
<: :> <% %> %: %:%: a<::b

#pragma GCC diagnostic push
 after
#pragma x
 y
0 1 2 3 0
50 51 51 52
100 "other.c"
ab split "string" 1234 ++
  end
$dollar L'x' U"u" .5e+3 0x1p-2 1..2 a.b.c x->y...z
