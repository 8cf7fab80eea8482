{%- extends 'nbgrader/base.tpl' -%}

{%- block script -%}
{{ super() }}
<style>{{ lists_css }}</style>
<script>{{ lists_js }}</script>
{%- endblock -%}
