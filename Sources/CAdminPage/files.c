#include "admin_page.h"

/* #embed makes the page part of the program, so that it needs no file at run time. A file that is added to the folder is named
   twice here; a test holds the folder and this list to each other. */

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char index_html[] = {
#embed "../AdminHTTP/Page/index.html"
};
static const unsigned char page_css[] = {
#embed "../AdminHTTP/Page/page.css"
};
static const unsigned char page_js[] = {
#embed "../AdminHTTP/Page/page.js"
};
static const unsigned char chart_js[] = {
#embed "../AdminHTTP/Page/chart.js"
};
static const unsigned char quantity_js[] = {
#embed "../AdminHTTP/Page/quantity.js"
};
static const unsigned char tables_js[] = {
#embed "../AdminHTTP/Page/tables.js"
};
static const unsigned char view_js[] = {
#embed "../AdminHTTP/Page/view.js"
};
static const unsigned char openapi_json[] = {
#embed "../../docs/openapi.json"
};

static const struct admin_page_file files[] = {
    {"index.html", index_html, sizeof index_html},
    {"page.css", page_css, sizeof page_css},
    {"page.js", page_js, sizeof page_js},
    {"chart.js", chart_js, sizeof chart_js},
    {"quantity.js", quantity_js, sizeof quantity_js},
    {"tables.js", tables_js, sizeof tables_js},
    {"view.js", view_js, sizeof view_js},
    {"openapi.json", openapi_json, sizeof openapi_json},
    {NULL, NULL, 0},
};

const struct admin_page_file *admin_page_file(int index) {
    const int last = sizeof files / sizeof *files - 1;
    return &files[index >= 0 && index < last ? index : last];
}
