/* The call of a compiled function, read in C: nothing of Python runs before the kernel.

   A Quick holds the Python function and what that would find out about a plain call (plain.c, which
   stands above).  Whatever else is given, and whatever the kernel complains about, goes to the
   Python function with the same arguments: it alone converts, broadcasts and refuses. */

enum { MOST_WORDS = 2 + 4 * MOST };
/* From so many entries on, other threads of Python may work meanwhile. */
enum { LARGE = 1 << 13 };

/* The kernel: its arguments as a row of words. */
typedef int (*Entry)(const int64_t *words);

typedef struct {
    PyObject_HEAD
    PyObject *function, *attributes, *weak_references;
    vectorcallfunc call;
    Entry entries[2][2]; /* by: singles? class numbers? */
    int64_t *form;
} Quick;

/* -- the call ----------------------------------------------------------------------------------- */

static int runs(Entry entry, const Call *call, const int64_t *form, int64_t threads,
                PyArrayObject *const *made)
{
    int64_t words[MOST_WORDS], entries = 0;
    int count = 0, status;
    words[count++] = call->rows;
    words[count++] = threads;
    for (int64_t n = 0; n < form[0]; n++)
        words[count++] = call->sizes[n];
    for (int n = 0; n < call->arrays; n++) {
        words[count++] = (int64_t)(intptr_t)call->data[n];
        words[count++] = call->lead[n] == call->rows ? call->own[n] : 0;
        entries += call->own[n] * call->lead[n];
    }
    for (int64_t n = 0; n < form[2]; n++) {
        words[count++] = (int64_t)(intptr_t)PyArray_DATA(made[n]);
        entries += PyArray_SIZE(made[n]);
    }
    if (entries < LARGE)
        return entry(words);
    Py_BEGIN_ALLOW_THREADS
    status = entry(words);
    Py_END_ALLOW_THREADS
    return status;
}

static int takes_keywords(PyObject *const *given, PyObject *names, int64_t *threads, PyObject **out)
{
    for (Py_ssize_t n = 0; names && n < PyTuple_GET_SIZE(names); n++) {
        PyObject *name = PyTuple_GET_ITEM(names, n);
        if (!PyUnicode_CompareWithASCIIString(name, "threads"))
            *threads = whole(given[n]);
        else if (!PyUnicode_CompareWithASCIIString(name, "out"))
            *out = given[n];
        else
            return 0;
    }
    return *threads > 0;
}

/* One result by itself, several in a tuple; a new one without axes is a number. */
static PyObject *returned(PyArrayObject *const *made, Py_ssize_t count, int is_new)
{
    if (count == 1)
        return is_new ? PyArray_Return(made[0]) : (PyObject *)made[0];
    PyObject *all = PyTuple_New(count);
    for (Py_ssize_t n = 0; n < count; n++)
        if (all)
            PyTuple_SET_ITEM(all, n, (PyObject *)made[n]);
        else
            Py_DECREF(made[n]);
    return all;
}

/* The result of a plain call; NULL where it is none. */
static PyObject *plain(const Quick *self, PyObject *const *given, Py_ssize_t count, PyObject *names)
{
    const int64_t *form = self->form;
    const Py_ssize_t wanted = (Py_ssize_t)form[2];
    PyArrayObject *made[MOST];
    PyObject *out = Py_None;
    int64_t threads = 1;
    Call call; /* the long arrays in it are filled as far as they are used */
    begins(&call, form[0]);
    if (count != form[1] || !takes_keywords(given + count, names, &threads, &out) ||
        !takes_all(&call, &form, given))
        return NULL;
    Entry entry = self->entries[call.type == NPY_FLOAT][call.by_class > 0];
    Py_ssize_t found = entry ? results(&call, form, wanted, out, made) : 0;
    if (found == wanted && !runs(entry, &call, self->form, threads < 256 ? threads : 256, made))
        return returned(made, wanted, out == Py_None);
    while (found > 0)
        Py_DECREF(made[--found]);
    return NULL;
}

static PyObject *quick_call(PyObject *self, PyObject *const *given, size_t flags, PyObject *names)
{
    Quick *quick = (Quick *)self;
    PyObject *found = plain(quick, given, PyVectorcall_NARGS(flags), names);
    if (found)
        return found;
    PyErr_Clear(); /* of memory that ran out: the Python function will say it in its words */
    return PyObject_Vectorcall(quick->function, given, flags, names);
}

/* -- the type ----------------------------------------------------------------------------------- */

static PyObject *quick_new(PyTypeObject *type, PyObject *given, PyObject *names)
{
    PyObject *function;
    unsigned long long entries[4];
    Py_buffer form;
    if (names && PyDict_GET_SIZE(names)) {
        PyErr_SetString(PyExc_TypeError, "Quick takes no keywords");
        return NULL;
    }
    if (!PyArg_ParseTuple(given, "O(KKKK)y*", &function, entries, entries + 1, entries + 2,
                          entries + 3, &form))
        return NULL;
    Quick *self = (Quick *)type->tp_alloc(type, 0);
    if (self) {
        self->function = Py_NewRef(function);
        self->call = quick_call;
        for (int n = 0; n < 4; n++)
            self->entries[n / 2][n % 2] = (Entry)(uintptr_t)entries[n];
        self->form = PyMem_Malloc((size_t)form.len);
        if (self->form)
            memcpy(self->form, form.buf, (size_t)form.len);
        else
            Py_CLEAR(self);
    }
    PyBuffer_Release(&form);
    return self ? (PyObject *)self : PyErr_NoMemory();
}

static int quick_traverse(PyObject *self, visitproc visit, void *arg)
{
    Quick *quick = (Quick *)self;
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(quick->function);
    Py_VISIT(quick->attributes);
    return 0;
}

static int quick_clear(PyObject *self)
{
    Quick *quick = (Quick *)self;
    Py_CLEAR(quick->attributes); /* the function stays: a call must find one */
    return 0;
}

static void quick_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    if (((Quick *)self)->weak_references)
        PyObject_ClearWeakRefs(self);
    Py_XDECREF(((Quick *)self)->function);
    Py_XDECREF(((Quick *)self)->attributes);
    PyMem_Free(((Quick *)self)->form);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *quick_repr(PyObject *self)
{
    return PyObject_Repr(((Quick *)self)->function);
}

/* In a class it is a method, as a function of Python would be. */
static PyObject *quick_get(PyObject *self, PyObject *object, PyObject *type)
{
    (void)type;
    return object && object != Py_None ? PyMethod_New(self, object) : Py_NewRef(self);
}

/* Pickled, and copied, as a function is: by its name. */
static PyObject *quick_reduce(PyObject *self, PyObject *nothing)
{
    (void)nothing;
    return PyObject_GetAttrString(self, "__qualname__");
}

static PyMemberDef quick_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Quick, call), READONLY, NULL},
    {"__dictoffset__", T_PYSSIZET, offsetof(Quick, attributes), READONLY, NULL},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Quick, weak_references), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyMethodDef quick_methods[] = {
    {"__reduce__", quick_reduce, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef quick_attributes[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot quick_slots[] = {
    {Py_tp_new, (void *)quick_new},
    {Py_tp_dealloc, (void *)quick_dealloc},
    {Py_tp_traverse, (void *)quick_traverse},
    {Py_tp_clear, (void *)quick_clear},
    {Py_tp_call, (void *)PyVectorcall_Call},
    {Py_tp_repr, (void *)quick_repr},
    {Py_tp_descr_get, (void *)quick_get},
    {Py_tp_members, quick_members},
    {Py_tp_methods, quick_methods},
    {Py_tp_getset, quick_attributes},
    {0, NULL},
};

static PyType_Spec quick_spec = {
    "xent_sym_quick.Quick", sizeof(Quick), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL |
        Py_TPFLAGS_METHOD_DESCRIPTOR | Py_TPFLAGS_IMMUTABLETYPE,
    quick_slots,
};

static int quick_exec(PyObject *module)
{
    import_array1(-1);
    PyObject *type = PyType_FromModuleAndSpec(module, &quick_spec, NULL);
    const int failed = !type || PyModule_AddType(module, (PyTypeObject *)type);
    Py_XDECREF(type);
    return failed ? -1 : 0;
}

static PyModuleDef_Slot quick_module_slots[] = {{Py_mod_exec, (void *)quick_exec}, {0, NULL}};

static PyModuleDef quick_module = {
    PyModuleDef_HEAD_INIT, "xent_sym_quick", NULL, 0, NULL, quick_module_slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit_xent_sym_quick(void) { return PyModuleDef_Init(&quick_module); }
